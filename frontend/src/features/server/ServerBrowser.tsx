import { useState, type ReactNode } from 'react'
import { Answer } from '@/api/Answer'
import { useMay } from '@/api/viewer'
import { useListWindow } from '@/api/window'
import { graphql, unmask } from '@/gql'
import type { ServerWhereInput } from '@/gql/graphql'
import type { ColumnName } from './columns'
import { orderOf, type Sort } from './filter'
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
  const [{ selection, all, of }, setSelected] = useState<{ selection: Selection; all: boolean; of: string }>({ selection: new Map(), all: false, of: key })
  const everything = all && of === key // what was chosen under another filter may be out of sight
  const chosen: Selection = everything ? new Map(list.rows.map((masked) => [masked.id, unmask(ServerRow, masked)])) : of === key ? selection : new Map()
  const select = (next: Selection) => { setSelected({ selection: next, all: false, of: key }) }
  const whole = everything || (list.whole && chosen.size >= list.count)
  const result = { data: list.answered ? true : undefined, error: list.error, fetching: !list.answered }
  return (
    <>
      <Answer result={result} retry={() => { list.retry() }}>
        {() => (list.count === 0 ? empty : <ServerTable list={list} columns={columns} sort={sort} onSort={onSort} selection={mayManage || mayClaim ? chosen : undefined} onSelect={select} />)}
      </Answer>
      <SelectionBar selection={chosen} onSelect={select} where={everything ? where : undefined} onSelectAll={whole ? undefined : () => { setSelected({ selection, all: true, of: key }) }} />
    </>
  )
}
