import { useCallback, useState } from 'react'
import { useClient, useQuery } from 'urql'
import { nodesOf } from '@/api/nodes'
import { graphql } from '@/gql'
import type { EventWhereInput } from '@/gql/graphql'
import type { Event } from './AuditEvent'

const AuditEvents = graphql(/* GraphQL */ `
  query AuditEvents($where: EventWhereInput, $after: Cursor) {
    events(first: 50, after: $after, where: $where, orderBy: { field: TIME, direction: DESC }) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          type
          actorID
          actor
          subjectID
          subject
          projectID
          time
          before
          after
          requestId
          address
          node {
            id
            ... on Project {
              acronym
            }
            ... on Run {
              title {
                en
                fr
              }
            }
          }
        }
      }
    }
  }
`)

/** Any event concerns the trail, whatever its subject. */
const CONTEXT = { additionalTypenames: ['Event'] }

interface Trail {
  events: Event[]
  end: string | null
  more: boolean
}

/**
 * The trail, page behind page. Only the newest page is asked for again when something happens: events never
 * change, so what is new goes on top of what is known, and no page can shift under the reader.
 */
export function useEventPages(where: EventWhereInput) {
  const client = useClient()
  const [result, reexecute] = useQuery({ query: AuditEvents, variables: { where }, context: CONTEXT })
  const [seen, setSeen] = useState<unknown>()
  const [trail, setTrail] = useState<Trail>({ events: [], end: null, more: false })
  const [loading, setLoading] = useState(false)

  if (result.data && result.data !== seen) {
    const { pageInfo } = result.data.events
    const newest = nodesOf(result.data.events)
    setSeen(result.data)
    setTrail(onTop(newest, trail, { end: pageInfo.endCursor ?? null, more: pageInfo.hasNextPage }))
  }

  const { end } = trail
  const loadMore = useCallback(() => {
    setLoading(true)
    void client.query(AuditEvents, { where, after: end }, { requestPolicy: 'network-only' }).toPromise().then(({ data }) => {
      setLoading(false)
      if (!data) return
      const { pageInfo } = data.events
      setTrail((before) => ({ events: [...before.events, ...unknownTo(before.events, nodesOf(data.events))], end: pageInfo.endCursor ?? null, more: pageInfo.hasNextPage }))
    })
  }, [client, where, end])

  return { result, retry: () => { reexecute({ requestPolicy: 'network-only' }) }, events: trail.events, more: trail.more, loading, loadMore }
}

/** Puts the newest page over what is known. Without an overlap events may be missing between them: it begins anew. */
export function onTop<E extends { id: string }>(newest: readonly E[], known: { events: E[]; end: string | null; more: boolean }, page: { end: string | null; more: boolean }) {
  const ids = new Set(newest.map(({ id }) => id))
  const overlap = known.events.some(({ id }) => ids.has(id))
  if (!overlap) return { events: [...newest], ...page }
  return { ...known, events: [...newest, ...known.events.filter(({ id }) => !ids.has(id))] }
}

function unknownTo<E extends { id: string }>(known: readonly E[], page: readonly E[]): E[] {
  const ids = new Set(known.map(({ id }) => id))
  return page.filter(({ id }) => !ids.has(id))
}
