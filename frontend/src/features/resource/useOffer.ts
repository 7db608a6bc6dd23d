import { useQuery } from 'urql'
import { graphql } from '@/gql'

const OfferQuery = graphql(/* GraphQL */ `
  query Offer($projectId: ID!, $templateId: ID!, $resourceId: ID) {
    offer(projectId: $projectId, templateId: $templateId, resourceId: $resourceId) {
      schema
      refusal
    }
  }
`)

/**
 * The form of a template for a project: what the project or the installation gives is not asked again. With a
 * resource, the form for changing that one. It is asked for anew each time: what a project gives may have changed.
 */
export function useOffer(projectId: string | undefined, templateId: string, resourceId?: string) {
  const [{ data, fetching, error }] = useQuery({
    query: OfferQuery, variables: { projectId: projectId ?? '', templateId, resourceId }, pause: !projectId, requestPolicy: 'cache-and-network',
  })
  const offer = projectId ? data?.offer : undefined
  return { offer, fetching: fetching && !offer, error }
}
