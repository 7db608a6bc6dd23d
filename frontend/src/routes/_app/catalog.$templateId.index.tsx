import { Button, Grid, Select, Stack } from '@mantine/core'
import { IconSend } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { Answer } from '@/api/Answer'
import { nodesOf } from '@/api/nodes'
import { NotFound } from '@/app/NotFound'
import { TemplateFacts, TemplateReadme } from '@/features/template/TemplateDetails'
import { TemplateIcon } from '@/features/template/TemplateIcon'
import { graphql } from '@/gql'
import { LinkButton } from '@/ui/LinkButton'
import { useText } from '@/ui/format'
import { Page, PageLink } from '@/ui/Page'

const TemplatePageQuery = graphql(/* GraphQL */ `
  query TemplatePage($id: ID!) {
    node(id: $id) {
      ... on Template {
        id
        name
        version
        status
        icon
        title {
          en
          fr
        }
        description {
          en
          fr
        }
        library {
          id
        }
        ...TemplateDetails
      }
    }
  }
`)

const TemplateVersionsQuery = graphql(/* GraphQL */ `
  query TemplateVersions($libraryID: ID!, $name: String!) {
    templates(first: 100, where: { libraryID: $libraryID, name: $name, statusNEQ: GONE }, orderBy: { field: CREATED_AT, direction: DESC }) {
      edges {
        node {
          id
          version
          latest
        }
      }
    }
  }
`)

export const Route = createFileRoute('/_app/catalog/$templateId/')({
  validateSearch: ({ project }): { project?: string } => ({ project: typeof project === 'string' ? project : undefined }),
  component: TemplatePage,
})

function TemplatePage() {
  const { t } = useTranslation()
  const text = useText()
  const { templateId } = Route.useParams()
  const { project } = Route.useSearch()
  const navigate = Route.useNavigate()
  const [result, retry] = useQuery({ query: TemplatePageQuery, variables: { id: templateId } })
  const found = result.data?.node?.__typename === 'Template' ? result.data.node : undefined
  const [others] = useQuery({ query: TemplateVersionsQuery, variables: { libraryID: found?.library.id ?? '', name: found?.name ?? '' }, pause: !found })
  const versions = nodesOf(others.data?.templates)
  return (
    <Answer result={result} retry={retry}>
      {({ node }) => {
        if (node?.__typename !== 'Template') return <NotFound />
        const title = text(node.title) || node.name
        return (
          <Page
            title={title}
            trail={[<PageLink key="catalog" to="/catalog" search={{ project }}>{t('template.catalog.title')}</PageLink>]}
            heading={<span style={{ display: 'inline-flex', gap: 12, alignItems: 'center' }}><TemplateIcon name={node.icon} size={32} />{title}</span>}
            lead={text(node.description)}
            actions={
              <>
                {versions.length > 1 && (
                  <Select aria-label={t('template.facts.version')} w={150} allowDeselect={false} value={node.id} data={versions.map(({ id, version, latest }) => ({ value: id, label: latest ? t('template.latest', { version }) : version }))} onChange={(id) => void (id && navigate({ to: '/catalog/$templateId', params: { templateId: id }, search: { project } }))} />
                )}
                {node.status === 'READY' ? (
                  <LinkButton to="/catalog/$templateId/request" params={{ templateId }} search={{ project }} leftSection={<IconSend size={16} />}>{t('template.request')}</LinkButton>
                ) : (
                  <Button disabled>{t('template.request')}</Button>
                )}
              </>
            }
          >
            <Grid gap="md">
              <Grid.Col span={{ base: 12, md: 8 }}><TemplateReadme template={node} /></Grid.Col>
              <Grid.Col span={{ base: 12, md: 4 }}><Stack><TemplateFacts template={node} /></Stack></Grid.Col>
            </Grid>
          </Page>
        )
      }}
    </Answer>
  )
}
