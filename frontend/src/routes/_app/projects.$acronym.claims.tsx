import { IconHandGrab } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { Answer } from '@/api/Answer'
import { readPages, usePages } from '@/api/pages'
import { ClaimList } from '@/features/claim/ClaimList'
import { graphql } from '@/gql'
import { EmptyState } from '@/ui/EmptyState'
import { LoadMore } from '@/ui/LoadMore'

const ProjectClaimsQuery = graphql(/* GraphQL */ `
  query ProjectClaims($where: ClaimWhereInput, $after: Cursor) {
    claims(first: 50, after: $after, where: $where, orderBy: { field: CREATED_AT, direction: DESC }) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          ...ClaimListItem
        }
      }
    }
  }
`)

const ClaimingProjectQuery = graphql(/* GraphQL */ `
  query ClaimingProject($acronym: String!) {
    projectByAcronym(acronym: $acronym) {
      id
    }
  }
`)

/** The list may be empty. */
const CONTEXT = { additionalTypenames: ['Claim'] }

export const Route = createFileRoute('/_app/projects/$acronym/claims')({
  validateSearch: ({ pages }): { pages?: number } => ({ pages: readPages(pages) }),
  component: ProjectClaims,
})

/** What the project has claimed, has given back, and waits for. */
function ProjectClaims() {
  const { acronym } = Route.useParams()
  const [result, reexecute] = useQuery({ query: ClaimingProjectQuery, variables: { acronym } })
  return (
    <Answer result={result} retry={() => { reexecute({ requestPolicy: 'network-only' }) }}>
      {({ projectByAcronym: project }) => project && <Claims projectId={project.id} />}
    </Answer>
  )
}

function Claims({ projectId }: { projectId: string }) {
  const { t } = useTranslation()
  const { pages = 1 } = Route.useSearch()
  const navigate = Route.useNavigate()
  const where = { projectID: projectId }
  const { result, retry, nodes: claims, more, fetching } = usePages(ProjectClaimsQuery, { where }, { pages, list: (data) => data.claims, context: CONTEXT })
  return (
    <Answer result={result} retry={retry}>
      {() => (
        <>
          {claims.length === 0 ? <EmptyState icon={IconHandGrab} title={t('claim.empty')} help={t('claim.emptyHelp')} /> : <ClaimList claims={claims} />}
          <LoadMore more={more} busy={fetching} onMore={() => void navigate({ search: { pages: pages + 1 }, replace: true, resetScroll: false })} />
        </>
      )}
    </Answer>
  )
}
