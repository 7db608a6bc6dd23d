import { createFileRoute } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { Answer } from '@/api/Answer'
import { NotFound } from '@/app/NotFound'
import { ResourceStatus } from '@/features/resource/ResourceStatus'
import { graphql } from '@/gql'
import { Page, PageLink } from '@/ui/Page'

const ResourcePageQuery = graphql(/* GraphQL */ `
  query ResourcePage($id: ID!) {
    node(id: $id) {
      ... on Resource {
        id
        name
        status
        project {
          id
          acronym
          name
        }
      }
    }
  }
`)

export const Route = createFileRoute('/_app/resources/$resourceId')({ component: ResourcePage })

function ResourcePage() {
  const { resourceId } = Route.useParams()
  const [result, retry] = useQuery({ query: ResourcePageQuery, variables: { id: resourceId } })
  return (
    <Answer result={result} retry={retry}>
      {({ node }) =>
        node?.__typename === 'Resource' ? (
          <Page title={node.name} trail={[<PageLink key="project" to="/projects/$acronym" params={{ acronym: node.project.acronym }}>{node.project.name}</PageLink>]} actions={<ResourceStatus status={node.status} size="lg" />}>
            {null}
          </Page>
        ) : (
          <NotFound />
        )
      }
    </Answer>
  )
}
