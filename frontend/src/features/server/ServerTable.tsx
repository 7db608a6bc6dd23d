import { UnstyledButton } from '@mantine/core'
import { useRouter } from '@tanstack/react-router'
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type CSSProperties, type KeyboardEvent, memo, type MouseEvent, useCallback, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { ListWindow } from '@/api/window'
import { type FragmentType, graphql, unmask } from '@/gql'
import type { ServerRowFragment } from '@/gql/graphql'
import { useFormat } from '@/ui/format'
import { type ColumnName, WIDTHS } from './columns'
import type { Sort } from './filter'
import { cellOf, isNumber, RowLink } from './ServerCell'
import { useSideways } from './useSideways'
import classes from './ServerTable.module.css'

export const ServerRow = graphql(/* GraphQL */ `
  fragment ServerRow on Server {
    id
    hostname
    externalID
    lifecycle
    lifecycleSince
    health
    lastReportAt
    createdAt
    cores
    memoryMib
    diskGib
    architecture
    system
    location
    labels
    viewerMoves
    provider {
      id
      name
    }
    project {
      id
      acronym
      name
    }
    session {
      id
      fileName
    }
    addresses {
      id
      ip
    }
  }
`)

const ROW_HEIGHT = 44

export type ServerNode = { id: string } & FragmentType<typeof ServerRow>
/** Servers that are chosen, by id. */
export type Selection = ReadonlyMap<string, ServerRowFragment>

interface ServerTableProps {
  list: ListWindow<ServerNode>
  columns: readonly ColumnName[]
  sort: Sort
  onSort: (sort: Sort) => void
  /** Without it nothing can be chosen. */
  selection?: Selection
  onSelect: (selection: Selection) => void
}

/** Any number of servers: the rows in sight, out of a list that is read as one scrolls. */
export function ServerTable({ list, columns, sort, onSort, selection, onSelect }: ServerTableProps) {
  'use no memo' // the list and the virtualizer are objects that change inside
  const { t } = useTranslation()
  const frame = useRef<HTMLDivElement>(null)
  const anchor = useRef<number>(undefined)
  // eslint-disable-next-line react-hooks/incompatible-library -- known to the line above
  const virtual = useVirtualizer({ count: list.count, getScrollElement: () => frame.current, estimateSize: () => ROW_HEIGHT, overscan: 10, scrollMargin: ROW_HEIGHT })
  const items = virtual.getVirtualItems()
  const first = items[0]?.index ?? 0
  const last = items.at(-1)?.index ?? 0
  useEffect(() => { list.show(first, last) }, [list, first, last])
  useSideways(frame)
  useEffect(() => { frame.current?.scrollTo({ top: 0 }) }, [list])

  function choose(index: number, event: { shiftKey: boolean }) {
    if (!selection) return
    const row = rowAt(list, index)
    if (!row) return
    const next = new Map(selection)
    const chosen = !selection.has(row.id)
    const from = event.shiftKey && anchor.current !== undefined ? anchor.current : index
    for (let at = Math.min(from, index); at <= Math.max(from, index); at += 1) {
      const one = rowAt(list, at)
      if (one && chosen) next.set(one.id, one)
      else if (one) next.delete(one.id)
    }
    anchor.current = index
    onSelect(next)
  }

  const latest = useRef(choose)
  useEffect(() => { latest.current = choose })
  const onChoose = useCallback((index: number, event: MouseEvent) => { latest.current(index, event) }, [])

  const router = useRouter()
  const follow = (event: MouseEvent) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return // the browser's own
    event.preventDefault()
    router.history.push(link.getAttribute('href') ?? '/')
  }
  const press = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || (event.key !== 'Home' && event.key !== 'End')) return
    event.preventDefault()
    virtual.scrollToIndex(event.key === 'Home' ? 0 : list.count - 1)
  }
  const style = { '--server-columns': [selection && '2.5rem', 'minmax(13rem, 1.6fr)', ...columns.map((name) => WIDTHS[name])].filter(Boolean).join(' ') } as CSSProperties
  return (
    <div className={classes.sideways}>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Home and End scroll it, as they do any region that scrolls; clicks are those of its links */}
      <div
        ref={frame}
        className={classes.frame}
        role="region"
        aria-label={t('server.table.region')}
        data-server-frame
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls has to be reached by keyboard
        tabIndex={0}
        onKeyDown={press}
        onClick={follow}
      >
        <div className={classes.table} style={style} role="table" aria-label={t('server.title')} aria-rowcount={list.whole ? list.count + 1 : -1}>
          <div role="rowgroup" className={classes.head}>
            <div role="row" className={classes.row} aria-rowindex={1}>
              {selection && <div role="columnheader" className={classes.cell}><SelectLoaded list={list} selection={selection} onSelect={onSelect} /></div>}
              <SortHeader name="hostname" sort={sort} onSort={onSort} />
              {columns.map((name) => (name === 'created' ? <SortHeader key={name} name={name} sort={sort} onSort={onSort} /> : <div key={name} role="columnheader" className={classes.cell} data-number={isNumber(name) || undefined}>{t(`server.column.${name}`)}</div>))}
            </div>
          </div>
          <div role="rowgroup" className={classes.sheet} style={{ height: virtual.getTotalSize() }}>
            {items.map(({ key, index, start }) => {
              const row = rowAt(list, index)
              return <Line key={key} index={index} top={start - ROW_HEIGHT} row={row} columns={columns} pick={selection !== undefined} chosen={row !== undefined && selection?.has(row.id) === true} onChoose={onChoose} />
            })}
          </div>
        </div>
      </div>
    </div>
  )
}

function rowAt(list: ListWindow<ServerNode>, index: number): ServerRowFragment | undefined {
  const masked = list.row(index)
  return masked && unmask(ServerRow, masked)
}

interface LineProps {
  index: number
  /** Pixels from the top of the sheet. */
  top: number
  /** Without it the row is still on its way. */
  row: ServerRowFragment | undefined
  columns: readonly ColumnName[]
  /** Whether rows can be chosen at all. */
  pick: boolean
  chosen: boolean
  onChoose: (index: number, event: MouseEvent) => void
}

/** One row of the table. Those that stay in sight while the table scrolls are not drawn again. */
const Line = memo(function Line({ index, top, row, columns, pick, chosen, onChoose }: LineProps) {
  return (
    <div role="row" className={`${classes.row ?? ''} ${classes.body ?? ''}`} style={{ transform: `translateY(${String(top)}px)` }} aria-rowindex={index + 2} aria-selected={pick && row ? chosen : undefined}>
      {row ? <Cells row={row} columns={columns} chosen={pick ? chosen : undefined} onChoose={(event) => { onChoose(index, event) }} /> : <Waiting columns={columns} pick={pick} />}
    </div>
  )
})

/** What stands in a row. Choosing it tells of the shift key: then all rows from the last one that was chosen. */
function Cells({ row, columns, chosen, onChoose }: { row: ServerRowFragment; columns: readonly ColumnName[]; chosen?: boolean; onChoose: (event: MouseEvent) => void }) {
  const { t, i18n } = useTranslation()
  const pen = { format: useFormat(), language: i18n.language }
  return (
    <>
      {chosen !== undefined && (
        <div role="cell" className={`${classes.cell ?? ''} ${classes.pick ?? ''}`}>
          <input type="checkbox" className={classes.check} aria-label={t('server.table.select', { name: row.hostname })} checked={chosen} onChange={() => undefined} onClick={onChoose} />
        </div>
      )}
      <div role="cell" className={`${classes.cell ?? ''} ${classes.name ?? ''}`} style={chosen === undefined ? { left: 0 } : undefined}>
        <RowLink href={`/servers/${row.id}`} title={row.hostname} strong>{row.hostname}</RowLink>
      </div>
      {columns.map((name) => (
        <div key={name} role="cell" className={classes.cell} data-number={isNumber(name) || undefined}>{cellOf(name, row, pen)}</div>
      ))}
    </>
  )
}

function Waiting({ columns, pick }: { columns: readonly ColumnName[]; pick: boolean }) {
  return (
    <>
      {pick && <div role="cell" className={classes.cell} />}
      {['name', ...columns].map((name) => <div key={name} role="cell" className={classes.cell}><div className={classes.waiting} /></div>)}
    </>
  )
}

function SelectLoaded({ list, selection, onSelect }: { list: ListWindow<ServerNode>; selection: Selection; onSelect: (selection: Selection) => void }) {
  'use no memo' // the list is an object that changes inside
  const { t } = useTranslation()
  const rows = list.rows.map((masked) => unmask(ServerRow, masked))
  const chosen = rows.filter(({ id }) => selection.has(id)).length
  const all = rows.length > 0 && chosen === rows.length
  const toggle = () => { onSelect(all ? new Map() : new Map([...selection, ...rows.map((row) => [row.id, row] as const)])) }
  return <input type="checkbox" className={classes.check} ref={(box) => { if (box) box.indeterminate = chosen > 0 && !all }} aria-label={t('server.table.selectLoaded')} checked={all} onChange={toggle} />
}

function SortHeader({ name, sort, onSort }: { name: 'hostname' | 'created'; sort: Sort; onSort: (sort: Sort) => void }) {
  const { t } = useTranslation()
  const direction = sort === name ? 'ascending' : sort === `-${name}` ? 'descending' : 'none'
  return (
    <div role="columnheader" aria-sort={direction} className={`${classes.cell ?? ''} ${name === 'hostname' ? (classes.name ?? '') : ''}`}>
      <UnstyledButton className={classes.sort} onClick={() => { onSort(direction === 'ascending' ? `-${name}` : name) }}>
        {t(`server.column.${name}`)}
        {direction === 'ascending' && <IconArrowUp size={13} aria-hidden />}
        {direction === 'descending' && <IconArrowDown size={13} aria-hidden />}
      </UnstyledButton>
    </div>
  )
}
