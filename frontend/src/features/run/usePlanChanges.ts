import type { Client } from '@urql/core'
import { useEffect, useState } from 'react'
import { useClient } from 'urql'
import { nodesOf } from '@/api/nodes'
import { graphql, unmask } from '@/gql'
import type { PlanAction, PlanChangeFragment } from '@/gql/graphql'
import { PlanChangeDocument } from './PlanChange'

const PlanChangesQuery = graphql(/* GraphQL */ `
  query PlanChanges($plan: ID!, $after: Cursor, $actions: [PlanAction!], $contains: String!) {
    node(id: $plan) {
      ... on RunPlan {
        id
        allChanges(first: 100, after: $after, actions: $actions, contains: $contains) {
          totalCount
          pageInfo {
            hasNextPage
            endCursor
          }
          edges {
            node {
              ...PlanChange
            }
          }
        }
      }
    }
  }
`)

interface Listed {
  changes: PlanChangeFragment[]
  /** How many there are in all that the filter picks. */
  found: number
  end: string | null
  more: boolean
}

/** What a page keeps at most: who looks for one of fifty thousand changes filters. */
const MOST = 5_000

/**
 * The changes of a large plan, page behind page, as they are scrolled to. A plan does not change: nothing of it is asked
 * for twice. It begins anew with another filter.
 */
export function usePlanChanges(plan: string, actions: readonly PlanAction[], contains: string) {
  const client = useClient()
  const key = JSON.stringify([plan, actions, contains])
  const [listed, setListed] = useState<Listed & { key: string }>()
  const [failed, setFailed] = useState(false)
  const known = listed?.key === key ? listed : undefined
  const [wanted, want] = useState(0)
  const missing = known ? Math.min(wanted, MOST) >= known.changes.length && known.more && known.changes.length < MOST : true
  useEffect(() => {
    if (!missing) return
    let left = false
    void nextPage(client, key, known).then((next) => {
      if (left) return
      setFailed(!next)
      if (next) setListed({ key, ...next })
    })
    return () => { left = true }
  }, [client, key, missing, known])
  return {
    changes: known?.changes ?? [],
    found: known?.found,
    loading: missing && !failed,
    failed,
    /** Whether there are more than are ever listed. */
    cut: known !== undefined && known.more && known.changes.length >= MOST,
    /** Somebody has scrolled to the change of that place. */
    reach: want,
  }
}

/** Reads the page behind what is listed; nothing when that fails. */
async function nextPage(client: Client, key: string, listed: Listed | undefined): Promise<Listed | undefined> {
  const [plan, actions, contains] = JSON.parse(key) as [string, PlanAction[], string]
  const variables = { plan, after: listed?.end ?? null, actions: actions.length > 0 ? actions : null, contains }
  const { data } = await client.query(PlanChangesQuery, variables, { requestPolicy: 'network-only' }).toPromise()
  const list = data?.node?.__typename === 'RunPlan' ? data.node.allChanges : undefined
  if (!list) return undefined
  const changes = nodesOf(list).map((node) => unmask(PlanChangeDocument, node))
  return { changes: [...(listed?.changes ?? []), ...changes], found: list.totalCount, end: list.pageInfo.endCursor ?? null, more: list.pageInfo.hasNextPage }
}
