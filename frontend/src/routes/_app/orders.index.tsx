import { Group, Select } from '@mantine/core'
import { IconShoppingCart } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { ProviderChooser } from '@/api/Chooser'
import { readPages, usePages } from '@/api/pages'
import { useMay } from '@/api/viewer'
import { OrderList } from '@/features/order/OrderList'
import { graphql } from '@/gql'
import type { PurchaseOrderStatus } from '@/gql/graphql'
import { EmptyState } from '@/ui/EmptyState'
import { ExportMenu } from '@/ui/ExportMenu'
import { LinkButton } from '@/ui/LinkButton'
import { LoadMore } from '@/ui/LoadMore'
import { Page } from '@/ui/Page'

const OrdersPageQuery = graphql(/* GraphQL */ `
  query OrdersPage($where: PurchaseOrderWhereInput, $after: Cursor) {
    purchaseOrders(first: 50, after: $after, where: $where, orderBy: { field: CREATED_AT, direction: DESC }) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          ...OrderListItem
        }
      }
    }
  }
`)

const STATUSES: PurchaseOrderStatus[] = ['WISHED', 'ORDERED', 'PARTLY_DELIVERED', 'DELIVERED', 'CANCELED']

interface Search {
  status?: PurchaseOrderStatus
  provider?: string
  pages?: number
}

export const Route = createFileRoute('/_app/orders/')({
  validateSearch: ({ status, provider, pages }): Search => ({
    status: STATUSES.find((known) => known === status),
    provider: typeof provider === 'string' ? provider : undefined,
    pages: readPages(pages),
  }),
  component: OrdersPage,
})

function OrdersPage() {
  const { t } = useTranslation()
  const navigate = Route.useNavigate()
  const mayManage = useMay('inventory.manage')
  const { status, provider, pages = 1 } = Route.useSearch()
  const where = { ...(status && { status }), ...(provider && { providerID: provider }) }
  const { result, retry, nodes: orders, more, fetching } = usePages(OrdersPageQuery, { where }, { pages, list: (data) => data.purchaseOrders })
  const filter = (change: Search) => void navigate({ search: (before) => ({ ...before, ...change, pages: undefined }), replace: true })
  const filtered = Boolean(status ?? provider)
  const add = mayManage && <LinkButton to="/orders/new">{t('order.add')}</LinkButton>
  return (
    <Page
      title={t('order.title')}
      lead={t('order.lead')}
      actions={<><ExportMenu list="orders" where={where} orderBy={{ field: 'CREATED_AT', direction: 'DESC' }} />{add}</>}
      bar={
        <Group gap="xs">
          <Select aria-label={t('order.statusLabel')} placeholder={t('order.statusLabel')} data={STATUSES.map((value) => ({ value, label: t(`order.status.${value}`) }))} value={status ?? null} onChange={(next) => { filter({ status: (next as PurchaseOrderStatus | null) ?? undefined }) }} clearable w={190} />
          <ProviderChooser aria-label={t('order.field.provider')} placeholder={t('order.field.provider')} value={provider} onChange={(next) => { filter({ provider: next }) }} clearable w={190} />
        </Group>
      }
    >
      <Answer result={result} retry={retry}>
        {() => (orders.length === 0 ? <EmptyState icon={IconShoppingCart} title={t(filtered ? 'order.nothingFound' : 'order.empty')} help={t(filtered ? 'order.nothingFoundHelp' : 'order.emptyHelp')} action={!filtered && add} /> : <OrderList orders={orders} />)}
      </Answer>
      <LoadMore more={more} busy={fetching} onMore={() => void navigate({ search: (before) => ({ ...before, pages: pages + 1 }), replace: true, resetScroll: false })} />
    </Page>
  )
}
