import { useMemo } from 'react'
import { useQuery } from 'urql'
import { nodesOf } from '@/api/nodes'
import { graphql } from '@/gql'

const FormChoicesQuery = graphql(/* GraphQL */ `
  query FormChoices($acronym: String!) {
    projects(first: 100, orderBy: { field: NAME, direction: ASC }) {
      edges {
        node {
          id
          acronym
          name
        }
      }
    }
    projectByAcronym(acronym: $acronym) {
      id
      resources(first: 100, orderBy: { field: NAME, direction: ASC }) {
        edges {
          node {
            id
            name
            status
          }
        }
      }
      memberships(first: 100) {
        edges {
          node {
            id
            user {
              id
              name
              email
            }
          }
        }
      }
    }
  }
`)

/** What forms may offer as choices: projects, and the resources and members of the requesting project. */
export function useFormChoices(acronym: string | undefined): Record<string, readonly Record<string, unknown>[]> {
  const [{ data }] = useQuery({ query: FormChoicesQuery, variables: { acronym: acronym ?? '' }, pause: !acronym })
  return useMemo((): Record<string, readonly Record<string, unknown>[]> => {
    if (!data) return {}
    return {
      projects: nodesOf(data.projects),
      resources: nodesOf(data.projectByAcronym?.resources),
      members: nodesOf(data.projectByAcronym?.memberships).map(({ user }) => user),
    }
  }, [data])
}
