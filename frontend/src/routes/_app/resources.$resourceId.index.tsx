import { Code, Grid, Group, Stack, Title } from '@mantine/core'
import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { Answer } from '@/api/Answer'
import { nodesOf } from '@/api/nodes'
import { NotFound } from '@/app/NotFound'
import { ResourceActions } from '@/features/resource/ResourceActions'
import { ResourceInputs } from '@/features/resource/ResourceInputs'
import { ResourceNotices } from '@/features/resource/ResourceNotices'
import { ResourceOutputs } from '@/features/resource/ResourceOutputs'
import { ResourceStatus } from '@/features/resource/ResourceStatus'
import { RunList } from '@/features/run/RunList'
import { useRetry } from '@/features/run/useRetry'
import { TemplateIcon } from '@/features/template/TemplateIcon'
import { graphql } from '@/gql'
import { Facts } from '@/ui/Facts'
import { useText, useVersion } from '@/ui/format'
import { Page, PageLink } from '@/ui/Page'
import { Panel } from '@/ui/Panel'
import { TimeAgo } from '@/ui/Time'

const ResourcePageQuery = graphql(/* GraphQL */ `
  query ResourcePage($id: ID!) {
    node(id: $id) {
      ... on Resource {
        id
        name
        status
        createdAt
        readyAt
        template {
          id
          name
          version
          createdAt
          icon
          title {
            en
            fr
          }
          library {
            id
            name
          }
        }
        project {
          id
          acronym
          name
          status
          viewerPermissions
        }
        runs(first: 15, orderBy: { field: CREATED_AT, direction: DESC }) {
          edges {
            node {
              id
              ...RunListItem
            }
          }
        }
        ...ResourceActions
        ...ResourceInputs
        ...ResourceNotices
        ...ResourceOutputs
      }
    }
  }
`)

export const Route = createFileRoute('/_app/resources/$resourceId/')({ component: ResourcePage })

function ResourcePage() {
  const { t } = useTranslation()
  const versionOf = useVersion()
  const text = useText()
  const { resourceId } = Route.useParams()
  const navigate = Route.useNavigate()
  const follow = (runId: string) => void navigate({ to: '/runs/$runId', params: { runId } })
  const retryRun = useRetry(follow)
  const [result, retry] = useQuery({ query: ResourcePageQuery, variables: { id: resourceId } })
  return (
    <Answer result={result} retry={retry}>
      {({ node }) => {
        if (node?.__typename !== 'Resource') return <NotFound />
        const { project, template } = node
        const may = (permission: string) => project.viewerPermissions.includes(permission)
        return (
          <Page
            title={node.name}
            heading={<Group gap="sm" component="span" wrap="nowrap"><TemplateIcon name={template.icon} size={32} />{node.name}</Group>}
            lead={<ResourceStatus status={node.status} size="lg" />}
            trail={[
              <PageLink key="project" to="/projects/$acronym" params={{ acronym: project.acronym }}>{project.name}</PageLink>,
              <PageLink key="resources" to="/projects/$acronym" params={{ acronym: project.acronym }}>{t('project.tab.resources')}</PageLink>,
            ]}
            actions={<ResourceActions resource={node} onRun={follow} />}
          >
            <Grid gap="md">
              <Grid.Col span={{ base: 12, md: 8 }}>
                <Stack gap="md">
                  <ResourceNotices resource={node} mayChange={project.status === 'ACTIVE' && may('resource.request')} retry={retryRun} />
                  <Panel title={t('resource.outputs.title')}><ResourceOutputs resource={node} mayReveal={may('secret.reveal')} /></Panel>
                  <section>
                    <Title order={2} size="h3" mb="xs">{t('resource.runs')}</Title>
                    <RunList runs={nodesOf(node.runs)} withProject={false} label={t('resource.runs')} />
                  </section>
                </Stack>
              </Grid.Col>
              <Grid.Col span={{ base: 12, md: 4 }}>
                <Stack gap="md">
                  <Panel title={t('resource.facts.title')}>
                    <Facts
                      facts={[
                        [t('resource.facts.template'), <PageLink key="template" to="/catalog/$templateId" params={{ templateId: template.id }}>{text(template.title) || template.name}</PageLink>],
                        [t('template.facts.version'), <span key="version" title={template.version}>{versionOf(template)}</span>],
                        [t('template.facts.library'), template.library.name],
                        [t('resource.facts.created'), <TimeAgo key="created" value={node.createdAt} />],
                        [t('resource.facts.ready'), node.readyAt && <TimeAgo value={node.readyAt} />],
                        [t('resource.facts.id'), <Code key="id">{node.id}</Code>],
                      ]}
                    />
                  </Panel>
                  <Panel title={t('resource.inputs.title')}><ResourceInputs resource={node} /></Panel>
                </Stack>
              </Grid.Col>
            </Grid>
          </Page>
        )
      }}
    </Answer>
  )
}
