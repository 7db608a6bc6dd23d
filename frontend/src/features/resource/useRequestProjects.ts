import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { useQuery } from 'urql'
import { usePages } from '@/api/pages'
import { graphql } from '@/gql'

const RequestProjectsQuery = graphql(/* GraphQL */ `
  query RequestProjects($text: String!, $after: Cursor) {
    projects(first: 100, after: $after, where: { status: ACTIVE, or: [{ nameContainsFold: $text }, { acronymContainsFold: $text }] }, orderBy: { field: NAME, direction: ASC }) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          acronym
          ...RequestFormProject
        }
      }
    }
  }
`)

const RequestProjectQuery = graphql(/* GraphQL */ `
  query RequestProject($acronym: String!) {
    projectByAcronym(acronym: $acronym) {
      id
      acronym
      ...RequestFormProject
    }
  }
`)

/** The projects that a request may choose from. Where one page does not hold all, the server looks for what is typed. */
export function useRequestProjects(chosen: string | undefined) {
  const [typed, setTyped] = useState('')
  const [text] = useDebouncedValue(typed, 200)
  const all = usePages(RequestProjectsQuery, { text: '' }, { pages: 1, list: (data) => data.projects })
  const searching = all.more && text !== ''
  const found = usePages(RequestProjectsQuery, { text }, { pages: searching ? 1 : 0, list: (data) => data.projects })
  const beyond = chosen !== undefined && all.more && !all.nodes.some(({ acronym }) => acronym === chosen)
  const [{ data }] = useQuery({ query: RequestProjectQuery, variables: { acronym: chosen ?? '' }, pause: !beyond })
  const nodes = searching ? found.nodes : all.nodes
  const one = beyond ? data?.projectByAcronym : undefined
  return {
    result: all.result,
    retry: all.retry,
    /** What was found, and what is chosen though it is not among it. */
    nodes: one && !nodes.some(({ id }) => id === one.id) ? [one, ...nodes] : nodes,
    /** There are more than one page holds. */
    more: all.more,
    busy: typed !== text || (searching && found.fetching),
    search: setTyped,
  }
}
