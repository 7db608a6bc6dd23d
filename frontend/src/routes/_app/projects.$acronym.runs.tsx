import { IconPlayerPlay } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { Answer } from '@/api/Answer'
import { nodesOf } from '@/api/nodes'
import { RunList } from '@/features/run/RunList'
import { graphql } from '@/gql'
import { EmptyState } from '@/ui/EmptyState'
import { LoadMore } from '@/ui/LoadMore'

const ProjectRunsQuery = graphql(/* GraphQL */ `
  query ProjectRuns($acronym: String!, $first: Int!) {
    projectByAcronym(acronym: $acronym) {
      id
      runs(first: $first, orderBy: { field: CREATED_AT, direction: DESC }) {
        pageInfo {
          hasNextPage
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

const PAGE = 25

export const Route = createFileRoute('/_app/projects/$acronym/runs')({
  validateSearch: ({ show }): { show?: number } => ({ show: typeof show === 'number' ? Math.min(100, show) : undefined }),
  component: ProjectRuns,
})

function ProjectRuns() {
  const { t } = useTranslation()
  const { acronym } = Route.useParams()
  const { show = PAGE } = Route.useSearch()
  const navigate = Route.useNavigate()
  const [result, retry] = useQuery({ query: ProjectRunsQuery, variables: { acronym, first: show } })
  return (
    <Answer result={result} retry={retry}>
      {({ projectByAcronym: project }) =>
        nodesOf(project?.runs).length === 0 ? (
          <EmptyState icon={IconPlayerPlay} title={t('run.list.empty')} help={t('run.list.emptyHelp')} />
        ) : (
          <>
            <RunList runs={nodesOf(project?.runs)} withProject={false} label={t('run.list.title')} />
            <LoadMore more={(project?.runs.pageInfo.hasNextPage ?? false) && show < 100} busy={result.fetching} onMore={() => void navigate({ search: { show: show + PAGE }, replace: true, resetScroll: false })} />
          </>
        )
      }
    </Answer>
  )
}
