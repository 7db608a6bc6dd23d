import { createFileRoute } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { Answer } from '@/api/Answer'
import { readPages } from '@/api/pages'
import { Claims } from '@/features/claim/Claims'
import { graphql } from '@/gql'

const ClaimingProjectQuery = graphql(/* GraphQL */ `
  query ClaimingProject($acronym: String!) {
    projectByAcronym(acronym: $acronym) {
      id
    }
  }
`)

export const Route = createFileRoute('/_app/projects/$acronym/claims')({
  validateSearch: ({ pages }): { pages?: number } => ({ pages: readPages(pages) }),
  component: ProjectClaims,
})

/** What the project has claimed, has given back, and waits for. */
function ProjectClaims() {
  const { acronym } = Route.useParams()
  const { pages = 1 } = Route.useSearch()
  const navigate = Route.useNavigate()
  const [result, reexecute] = useQuery({ query: ClaimingProjectQuery, variables: { acronym } })
  return (
    <Answer result={result} retry={() => { reexecute({ requestPolicy: 'network-only' }) }}>
      {({ projectByAcronym: project }) => project && <Claims of={{ projectID: project.id }} pages={pages} onMore={() => void navigate({ search: { pages: pages + 1 }, replace: true, resetScroll: false })} />}
    </Answer>
  )
}
