import type { ReactNode } from 'react'
import type { ServerRowFragment } from '@/gql/graphql'
import type { Format } from '@/ui/format'
import { Health } from '@/ui/Health'
import { diskOf, memoryOf } from '@/ui/size'
import { TimeAgo } from '@/ui/Time'
import type { ColumnName } from './columns'
import { labelsOf } from './labels'
import { Lifecycle } from './Lifecycle'
import classes from './ServerTable.module.css'

export function isNumber(column: ColumnName): boolean {
  return column === 'cores' || column === 'memory' || column === 'disk'
}

/** What a row needs to write itself: asked for once, not by each of its cells. */
export interface Pen {
  format: Format
  language: string
}

/** What stands in a column of the table. A row comes and goes with each turn of the wheel, so it is made of plain elements. */
export function cellOf(column: ColumnName, server: ServerRowFragment, { format, language }: Pen): ReactNode {
  switch (column) {
    case 'lifecycle':
      return <Lifecycle lifecycle={server.lifecycle} />
    case 'health':
      return <Health health={server.health} />
    case 'provider':
      return <RowLink href={`/providers/${server.provider.id}`}>{server.provider.name}</RowLink>
    case 'project':
      return server.project ? <RowLink href={`/projects/${server.project.acronym}`}>{server.project.name}</RowLink> : '–'
    case 'addresses':
      return <Addresses ips={(server.addresses ?? []).map(({ ip }) => ip)} />
    case 'cores':
      return server.cores === 0 ? '–' : format.number(server.cores)
    case 'memory':
      return memoryOf(format, server.memoryMib, language)
    case 'disk':
      return diskOf(format, server.diskGib, language)
    case 'system':
    case 'architecture':
    case 'location':
      return server[column] || '–'
    case 'labels':
      return <span className={classes.mono} title={labelsOf(server.labels).join(' ')}>{labelsOf(server.labels).join(' ') || '–'}</span>
    case 'externalID':
      return server.externalID ?? '–'
    case 'session':
      return server.session ? <RowLink href={`/imports/${server.session.id}`}>{server.session.fileName}</RowLink> : '–'
    case 'since':
      return <TimeAgo value={server.lifecycleSince} brief />
    case 'lastReport':
      return <TimeAgo value={server.lastReportAt} brief />
    case 'created':
      return <TimeAgo value={server.createdAt} brief />
  }
}

/** A link in a row. The table goes where it leads, so that none of its links has to know the router. */
export function RowLink({ href, title, strong, children }: { href: string; title?: string; strong?: boolean; children: string }) {
  return <a href={href} title={title} className={classes.link} data-strong={strong || undefined}>{children}</a>
}

function Addresses({ ips }: { ips: readonly string[] }) {
  if (ips.length === 0) return '–'
  return <span className={classes.mono} title={ips.join('\n')}>{ips[0]}{ips.length > 1 && ` +${String(ips.length - 1)}`}</span>
}
