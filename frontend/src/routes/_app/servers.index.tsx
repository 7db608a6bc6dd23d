import { Text } from '@mantine/core'
import { IconPlug, IconServer } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { useMay } from '@/api/viewer'
import { ColumnMenu } from '@/features/server/ColumnMenu'
import { type ColumnName, rememberColumns, rememberedColumns } from '@/features/server/columns'
import { filterOf, isFiltered, orderOf, readSearch, type ServerFilter, type Sort, whereOf } from '@/features/server/filter'
import { ServerBrowser } from '@/features/server/ServerBrowser'
import { ServerFilters } from '@/features/server/ServerFilters'
import { graphql } from '@/gql'
import type { ServerWhereInput } from '@/gql/graphql'
import { EmptyState } from '@/ui/EmptyState'
import { ExportMenu } from '@/ui/ExportMenu'
import { useFormat } from '@/ui/format'
import { LinkButton } from '@/ui/LinkButton'
import { Page } from '@/ui/Page'

const ServerCountQuery = graphql(/* GraphQL */ `
  query ServerCount($where: ServerWhereInput) {
    servers(first: 1, where: $where) {
      totalCount
    }
  }
`)

/** Where the server stops counting. */
const COUNTED = 10_000

export const Route = createFileRoute('/_app/servers/')({ validateSearch: readSearch, component: ServersPage })

function ServersPage() {
  const { t } = useTranslation()
  const search = Route.useSearch()
  const navigate = Route.useNavigate()
  const mayManage = useMay('inventory.manage')
  const filter = filterOf(search)
  const where = whereOf(filter)
  const columns = search.columns ?? rememberedColumns()

  const onFilter = (change: ServerFilter) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true })
  const onSort = (sort: Sort) => void navigate({ search: (before) => ({ ...before, sort }), replace: true })
  const onColumns = (next: ColumnName[]) => {
    rememberColumns(next)
    void navigate({ search: (before) => ({ ...before, columns: next.length > 0 ? next : undefined }), replace: true })
  }
  return (
    <Page
      title={t('server.title')}
      lead={<Count where={where} />}
      width="wide"
      actions={
        <>
          <ExportMenu list="servers" where={where} orderBy={orderOf(search.sort)} />
          <LinkButton to="/tools" search={filter} variant="default" leftSection={<IconPlug size={16} />}>{t('tool.title')}</LinkButton>
          <ColumnMenu columns={columns} onColumns={onColumns} />
          {mayManage && <LinkButton to="/imports/new">{t('server.import')}</LinkButton>}
        </>
      }
      bar={<ServerFilters filter={filter} onFilter={onFilter} onClear={() => void navigate({ search: ({ sort, columns: kept }) => ({ sort, columns: kept }), replace: true })} />}
    >
      <ServerBrowser where={where} columns={columns} sort={search.sort} onSort={onSort} empty={<Nothing filtered={isFiltered(filter)} mayManage={mayManage} />} />
    </Page>
  )
}

function Count({ where }: { where: ServerWhereInput }) {
  const { t } = useTranslation()
  const format = useFormat()
  const [{ data }] = useQuery({ query: ServerCountQuery, variables: { where } })
  const count = data?.servers.totalCount
  return <Text size="sm" span aria-live="polite">{count === undefined ? '\u00a0' : t(count >= COUNTED ? 'server.countMore' : 'server.count', { count, shown: format.number(count) })}</Text>
}

function Nothing({ filtered, mayManage }: { filtered: boolean; mayManage: boolean }) {
  const { t } = useTranslation()
  return (
    <EmptyState
      icon={IconServer}
      title={t(filtered ? 'server.nothingFound' : 'server.empty')}
      help={t(filtered ? 'server.nothingFoundHelp' : 'server.emptyHelp')}
      action={!filtered && mayManage && <LinkButton to="/imports/new">{t('server.import')}</LinkButton>}
    />
  )
}
