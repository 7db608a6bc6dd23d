import { useState, type ReactNode } from 'react'
import { useClient } from 'urql'
import { Answer } from '@/api/Answer'
import { nodesOf } from '@/api/nodes'
import { useMay } from '@/api/viewer'
import { useListWindow } from '@/api/window'
import { graphql, unmask } from '@/gql'
import type { ServerOrder, ServerRowFragment, ServerWhereInput } from '@/gql/graphql'
import type { ColumnName } from './columns'
import { orderOf, type Sort } from './filter'
import { MOST_AT_ONCE } from './moves'
import { SelectionBar } from './SelectionBar'
import { type Selection, ServerRow, ServerTable } from './ServerTable'

const ServerBrowserQuery = graphql(/* GraphQL */ `
  query ServerBrowser($where: ServerWhereInput, $orderBy: ServerOrder, $after: Cursor) {
    servers(first: 100, after: $after, where: $where, orderBy: $orderBy) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          ...ServerRow
        }
      }
    }
  }
`)

/** The table may be empty, and yet concern what happens to servers. */
const CONTEXT = { additionalTypenames: ['Server'] }

interface ServerBrowserProps {
  where: ServerWhereInput
  columns: readonly ColumnName[]
  sort?: Sort
  onSort: (sort: Sort) => void
  /** Shown when no server matches. */
  empty: ReactNode
}

/** The servers that match: to look through, to choose some, and to act on these. */
export function ServerBrowser({ where, columns, sort = 'hostname', onSort, empty }: ServerBrowserProps) {
  'use no memo' // the list is an object that changes inside
  const mayManage = useMay('inventory.manage')
  const mayClaim = useMay('server.claim')
  const orderBy = orderOf(sort)
  const key = JSON.stringify(where)
  const list = useListWindow(ServerBrowserQuery, { where, orderBy }, { list: (data) => data.servers, context: CONTEXT })
  const [{ selection, of }, setSelected] = useState<{ selection: Selection; of: string }>({ selection: new Map(), of: key })
  const chosen: Selection = of === key ? selection : new Map() // what was chosen under another filter may be out of sight
  const select = (next: Selection) => { setSelected({ selection: next, of: key }) }
  const [selectAll, selecting] = useSelectAll(where, orderBy, select)
  const result = { data: list.answered ? true : undefined, error: list.error, fetching: !list.answered }
  return (
    <>
      <Answer result={result} retry={() => { list.retry() }}>
        {() => (list.count === 0 ? empty : <ServerTable list={list} columns={columns} sort={sort} onSort={onSort} selection={mayManage || mayClaim ? chosen : undefined} onSelect={select} />)}
      </Answer>
      <SelectionBar selection={chosen} onSelect={select} onSelectAll={selectAll} selecting={selecting} />
    </>
  )
}

/** Reads all that match, as far as one call changes them. */
function useSelectAll(where: ServerWhereInput, orderBy: ServerOrder, onSelect: (selection: Selection) => void) {
  const client = useClient()
  const [busy, setBusy] = useState(false)
  async function run() {
    setBusy(true)
    const all = new Map<string, ServerRowFragment>()
    let after: string | null | undefined = null
    do {
      const { data } = await client.query(ServerBrowserQuery, { where, orderBy, after }, { requestPolicy: 'network-only', unkept: true }).toPromise()
      for (const node of nodesOf(data?.servers)) if (all.size < MOST_AT_ONCE) all.set(node.id, unmask(ServerRow, node))
      after = data?.servers.pageInfo.hasNextPage ? data.servers.pageInfo.endCursor : null
    } while (after && all.size < MOST_AT_ONCE)
    setBusy(false)
    onSelect(all)
  }
  return [() => void run(), busy] as const
}
