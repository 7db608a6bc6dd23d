import { IconPlayerPlay } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { readPages, usePages } from '@/api/pages'
import { RunList } from '@/features/run/RunList'
import { graphql } from '@/gql'
import { EmptyState } from '@/ui/EmptyState'
import { LoadMore } from '@/ui/LoadMore'

const ProjectRunsQuery = graphql(/* GraphQL */ `
  query ProjectRuns($acronym: String!, $after: Cursor) {
    projectByAcronym(acronym: $acronym) {
      id
      runs(first: 50, after: $after, orderBy: { field: CREATED_AT, direction: DESC }) {
        pageInfo {
          hasNextPage
          endCursor
        }
        edges {
          node {
            id
            ...RunListItem
          }
        }
      }
    }
  }
`)

export const Route = createFileRoute('/_app/projects/$acronym/runs')({
  validateSearch: ({ pages }): { pages?: number } => ({ pages: readPages(pages) }),
  component: ProjectRuns,
})

function ProjectRuns() {
  const { t } = useTranslation()
  const { acronym } = Route.useParams()
  const { pages = 1 } = Route.useSearch()
  const navigate = Route.useNavigate()
  const { result, retry, nodes: runs, more, fetching } = usePages(ProjectRunsQuery, { acronym }, { pages, list: (data) => data.projectByAcronym?.runs })
  return (
    <Answer result={result} retry={retry}>
      {() =>
        runs.length === 0 ? (
          <EmptyState icon={IconPlayerPlay} title={t('run.list.empty')} help={t('run.list.emptyHelp')} />
        ) : (
          <>
            <RunList runs={runs} withProject={false} label={t('run.list.title')} />
            <LoadMore more={more} busy={fetching} onMore={() => void navigate({ search: { pages: pages + 1 }, replace: true, resetScroll: false })} />
          </>
        )
      }
    </Answer>
  )
}
