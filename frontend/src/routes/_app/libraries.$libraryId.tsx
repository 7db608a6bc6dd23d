import { Grid, Stack } from '@mantine/core'
import { IconTemplate } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { readPages, usePages } from '@/api/pages'
import { useMay } from '@/api/viewer'
import { NotFound } from '@/app/NotFound'
import { LibraryActions } from '@/features/library/LibraryActions'
import { LibraryFacts, LibraryProblems, LibraryTemplates } from '@/features/library/LibraryDetails'
import { graphql } from '@/gql'
import { EmptyState } from '@/ui/EmptyState'
import { useText } from '@/ui/format'
import { LoadMore } from '@/ui/LoadMore'
import { Page, PageLink } from '@/ui/Page'
import { Panel } from '@/ui/Panel'

const LibraryPageQuery = graphql(/* GraphQL */ `
  query LibraryPage($id: ID!, $after: Cursor) {
    node(id: $id) {
      ... on Library {
        id
        name
        description {
          en
          fr
        }
        ...LibraryActions
        ...LibraryDetails
        templates(first: 100, after: $after, orderBy: { field: NAME, direction: ASC }) {
          pageInfo {
            hasNextPage
            endCursor
          }
          edges {
            node {
              id
              latest
              status
              ...LibraryTemplate
            }
          }
        }
      }
    }
  }
`)

export const Route = createFileRoute('/_app/libraries/$libraryId')({
  validateSearch: ({ pages }): { pages?: number } => ({ pages: readPages(pages) }),
  component: LibraryPage,
})

function LibraryPage() {
  const { t } = useTranslation()
  const text = useText()
  const { libraryId } = Route.useParams()
  const navigate = Route.useNavigate()
  const mayManage = useMay('library.manage')
  const { pages = 1 } = Route.useSearch()
  const { result, retry, nodes, more, fetching } = usePages(LibraryPageQuery, { id: libraryId }, { pages, list: ({ node }) => (node?.__typename === 'Library' ? node.templates : undefined) })
  return (
    <Answer result={result} retry={retry}>
      {({ node }) => {
        if (node?.__typename !== 'Library') return <NotFound />
        const templates = nodes.filter(({ latest, status }) => latest && status !== 'GONE')
        return (
          <Page
            title={node.name}
            lead={text(node.description)}
            trail={[<PageLink key="libraries" to="/libraries">{t('library.title')}</PageLink>]}
            actions={mayManage && <LibraryActions library={node} onDeleted={() => void navigate({ to: '/libraries' })} />}
          >
            <Grid gap="md">
              <Grid.Col span={{ base: 12, md: 8 }}>
                <Stack gap="md">
                  <LibraryProblems library={node} />
                  {templates.length === 0 ? <Panel><EmptyState compact icon={IconTemplate} title={t('library.noTemplate')} help={t('library.noTemplateHelp')} /></Panel> : <LibraryTemplates templates={templates} />}
                  <LoadMore more={more} busy={fetching} onMore={() => void navigate({ search: { pages: pages + 1 }, replace: true, resetScroll: false })} />
                </Stack>
              </Grid.Col>
              <Grid.Col span={{ base: 12, md: 4 }}><LibraryFacts library={node} /></Grid.Col>
            </Grid>
          </Page>
        )
      }}
    </Answer>
  )
}
