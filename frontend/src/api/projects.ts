import { graphql } from '@/gql'
import type { ProjectStatus } from '@/gql/graphql'
import { usePages } from './pages'

const ProjectChoicesQuery = graphql(/* GraphQL */ `
  query ProjectChoices($where: ProjectWhereInput, $after: Cursor) {
    projects(first: 100, after: $after, where: $where, orderBy: { field: NAME, direction: ASC }) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          name
          acronym
        }
      }
    }
  }
`)

/** How many pages a field to choose from reads: a list of more than a thousand is no choice. */
export const CHOICES = 10

/** The projects that somebody may choose from. */
export function useProjectChoices(status?: ProjectStatus) {
  return usePages(ProjectChoicesQuery, { where: { status } }, { pages: CHOICES, list: (data) => data.projects }).nodes
}
