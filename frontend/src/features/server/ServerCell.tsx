import { useTranslation } from 'react-i18next'
import type { ServerRowFragment } from '@/gql/graphql'
import { useFormat } from '@/ui/format'
import { Health } from '@/ui/Health'
import { PageLink } from '@/ui/Page'
import { diskOf, memoryOf } from '@/ui/size'
import { TimeAgo } from '@/ui/Time'
import type { ColumnName } from './columns'
import { labelsOf } from './labels'
import { Lifecycle } from './Lifecycle'
import classes from './ServerTable.module.css'

export function isNumber(column: ColumnName): boolean {
  return column === 'cores' || column === 'memory' || column === 'disk'
}

/** What stands in a column of the table. */
export function ServerCell({ column, server }: { column: ColumnName; server: ServerRowFragment }) {
  const { i18n } = useTranslation()
  const format = useFormat()
  switch (column) {
    case 'lifecycle':
      return <Lifecycle lifecycle={server.lifecycle} />
    case 'health':
      return <Health health={server.health} />
    case 'provider':
      return <PageLink to="/providers/$providerId" params={{ providerId: server.provider.id }} c="inherit">{server.provider.name}</PageLink>
    case 'project':
      return server.project ? <PageLink to="/projects/$acronym" params={{ acronym: server.project.acronym }} c="inherit">{server.project.name}</PageLink> : '–'
    case 'addresses':
      return <Addresses ips={(server.addresses ?? []).map(({ ip }) => ip)} />
    case 'cores':
      return server.cores === 0 ? '–' : format.number(server.cores)
    case 'memory':
      return memoryOf(format, server.memoryMib, i18n.language)
    case 'disk':
      return diskOf(format, server.diskGib, i18n.language)
    case 'system':
    case 'architecture':
    case 'location':
      return server[column] || '–'
    case 'labels':
      return <span className={classes.mono} title={labelsOf(server.labels).join(' ')}>{labelsOf(server.labels).join(' ') || '–'}</span>
    case 'externalID':
      return server.externalID ?? '–'
    case 'session':
      return server.session ? <PageLink to="/imports/$sessionId" params={{ sessionId: server.session.id }} c="inherit">{server.session.fileName}</PageLink> : '–'
    case 'since':
      return <TimeAgo value={server.lifecycleSince} brief />
    case 'lastReport':
      return <TimeAgo value={server.lastReportAt} brief />
    case 'created':
      return <TimeAgo value={server.createdAt} brief />
  }
}

function Addresses({ ips }: { ips: readonly string[] }) {
  if (ips.length === 0) return '–'
  return <span className={classes.mono} title={ips.join('\n')}>{ips[0]}{ips.length > 1 && ` +${String(ips.length - 1)}`}</span>
}
