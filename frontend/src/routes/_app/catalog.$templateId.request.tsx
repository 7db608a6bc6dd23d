import { Grid } from '@mantine/core'
import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { Answer } from '@/api/Answer'
import { NotFound } from '@/app/NotFound'
import { RequestForm } from '@/features/resource/RequestForm'
import { useFormChoices } from '@/features/resource/useFormChoices'
import { useRequestProjects } from '@/features/resource/useRequestProjects'
import { TemplateFacts } from '@/features/template/TemplateDetails'
import { graphql } from '@/gql'
import { useText } from '@/ui/format'
import { Page, PageLink } from '@/ui/Page'

const RequestPageQuery = graphql(/* GraphQL */ `
  query RequestPage($id: ID!) {
    node(id: $id) {
      ... on Template {
        id
        name
        title {
          en
          fr
        }
        description {
          en
          fr
        }
        ...RequestFormTemplate
        ...TemplateDetails
      }
    }
  }
`)

export const Route = createFileRoute('/_app/catalog/$templateId/request')({
  validateSearch: ({ project }): { project?: string } => ({ project: typeof project === 'string' ? project : undefined }),
  component: RequestPage,
})

function RequestPage() {
  const { t } = useTranslation()
  const text = useText()
  const { templateId } = Route.useParams()
  const { project } = Route.useSearch()
  const navigate = Route.useNavigate()
  const choices = useFormChoices(project)
  const projects = useRequestProjects(project)
  const [result, retry] = useQuery({ query: RequestPageQuery, variables: { id: templateId } })
  return (
    <Answer result={result} retry={retry}>
      {({ node }) => {
        if (node?.__typename !== 'Template') return <NotFound />
        const title = text(node.title) || node.name
        return (
          <Page
            title={t('resource.request.title', { title })}
            lead={text(node.description)}
            trail={[
              <PageLink key="catalog" to="/catalog" search={{ project }}>{t('template.catalog.title')}</PageLink>,
              <PageLink key="template" to="/catalog/$templateId" params={{ templateId }} search={{ project }}>{title}</PageLink>,
            ]}
          >
            <Grid gap="md">
              <Grid.Col span={{ base: 12, md: 8 }}>
                <Answer result={projects.result} retry={projects.retry}>
                  {() => (
                    <RequestForm
                      template={node}
                      projects={projects.nodes}
                      more={projects.more}
                      searching={projects.busy}
                      onSearch={projects.search}
                      project={project}
                      onProject={(next) => void navigate({ search: { project: next }, replace: true, resetScroll: false })}
                      choices={choices}
                      onRequested={(resourceId, runId) => void (runId ? navigate({ to: '/runs/$runId', params: { runId } }) : navigate({ to: '/resources/$resourceId', params: { resourceId } }))}
                    />
                  )}
                </Answer>
              </Grid.Col>
              <Grid.Col span={{ base: 12, md: 4 }}><TemplateFacts template={node} /></Grid.Col>
            </Grid>
          </Page>
        )
      }}
    </Answer>
  )
}
