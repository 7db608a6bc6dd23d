import { IconDatabase } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { readPages, usePages } from '@/api/pages'
import { NotFound } from '@/app/NotFound'
import { StateLock } from '@/features/state/StateLock'
import { StateVersionList } from '@/features/state/StateVersionList'
import { graphql } from '@/gql'
import { EmptyState } from '@/ui/EmptyState'
import { LoadMore } from '@/ui/LoadMore'

const ProjectStateQuery = graphql(/* GraphQL */ `
  query ProjectState($acronym: String!, $after: Cursor) {
    projectByAcronym(acronym: $acronym) {
      id
      acronym
      viewerPermissions
      ...StateLock
      stateVersions(first: 50, after: $after, orderBy: { field: VERSION, direction: DESC }) {
        pageInfo {
          hasNextPage
          endCursor
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

export const Route = createFileRoute('/_app/projects/$acronym/state')({
  validateSearch: ({ pages }): { pages?: number } => ({ pages: readPages(pages) }),
  component: ProjectState,
})

function ProjectState() {
  const { t } = useTranslation()
  const { acronym } = Route.useParams()
  const { pages = 1 } = Route.useSearch()
  const navigate = Route.useNavigate()
  const { result, retry, nodes: versions, more, fetching } = usePages(ProjectStateQuery, { acronym }, { pages, list: (data) => data.projectByAcronym?.stateVersions })
  return (
    <Answer result={result} retry={retry}>
      {({ projectByAcronym: project }) => {
        if (!project) return <NotFound />
        const mayWrite = project.viewerPermissions.includes('state.write')
        return (
          <>
            <StateLock project={project} acronym={project.acronym} mayWrite={mayWrite} />
            {versions.length === 0 ? <EmptyState icon={IconDatabase} title={t('state.empty')} help={t('state.emptyHelp')} /> : <StateVersionList versions={versions} mayWrite={mayWrite} />}
            <LoadMore more={more} busy={fetching} onMore={() => void navigate({ search: { pages: pages + 1 }, replace: true, resetScroll: false })} />
          </>
        )
      }}
    </Answer>
  )
}
