import { IconDatabase } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { Answer } from '@/api/Answer'
import { nodesOf } from '@/api/nodes'
import { NotFound } from '@/app/NotFound'
import { StateLock } from '@/features/state/StateLock'
import { StateVersionList } from '@/features/state/StateVersionList'
import { graphql } from '@/gql'
import { EmptyState } from '@/ui/EmptyState'
import { LoadMore } from '@/ui/LoadMore'

const ProjectStateQuery = graphql(/* GraphQL */ `
  query ProjectState($acronym: String!, $first: Int!) {
    projectByAcronym(acronym: $acronym) {
      id
      acronym
      viewerPermissions
      ...StateLock
      stateVersions(first: $first, orderBy: { field: VERSION, direction: DESC }) {
        pageInfo {
          hasNextPage
        }
        edges {
          node {
            id
            ...StateVersionItem
          }
        }
      }
    }
  }
`)

const PAGE = 20

export const Route = createFileRoute('/_app/projects/$acronym/state')({
  validateSearch: ({ show }): { show?: number } => ({ show: typeof show === 'number' ? Math.min(100, show) : undefined }),
  component: ProjectState,
})

function ProjectState() {
  const { t } = useTranslation()
  const { acronym } = Route.useParams()
  const { show = PAGE } = Route.useSearch()
  const navigate = Route.useNavigate()
  const [result, retry] = useQuery({ query: ProjectStateQuery, variables: { acronym, first: show } })
  return (
    <Answer result={result} retry={retry}>
      {({ projectByAcronym: project }) => {
        if (!project) return <NotFound />
        const mayWrite = project.viewerPermissions.includes('state.write')
        const versions = nodesOf(project.stateVersions)
        return (
          <>
            <StateLock project={project} acronym={project.acronym} mayWrite={mayWrite} />
            {versions.length === 0 ? <EmptyState icon={IconDatabase} title={t('state.empty')} help={t('state.emptyHelp')} /> : <StateVersionList versions={versions} mayWrite={mayWrite} />}
            <LoadMore more={project.stateVersions.pageInfo.hasNextPage && show < 100} busy={result.fetching} onMore={() => void navigate({ search: { show: show + PAGE }, replace: true, resetScroll: false })} />
          </>
        )
      }}
    </Answer>
  )
}
