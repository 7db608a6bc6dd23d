import { Group, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import { useFormat } from '@/ui/format'
import { PageLink } from '@/ui/Page'
import { Row, Rows, StatusCell } from '@/ui/Rows'
import { OrderStatus } from './OrderStatus'

export const OrderListItem = graphql(/* GraphQL */ `
  fragment OrderListItem on PurchaseOrder {
    id
    number
    title
    status
    dueAt
    provider {
      id
      name
    }
    project {
      id
      name
    }
  }
`)

export function OrderList({ orders }: { orders: readonly ({ id: string } & FragmentType<typeof OrderListItem>)[] }) {
  const { t } = useTranslation()
  return (
    <Rows label={t('order.title')}>
      {orders.map((order) => <OrderRow key={order.id} order={order} />)}
    </Rows>
  )
}

function OrderRow({ order: masked }: { order: FragmentType<typeof OrderListItem> }) {
  const { t } = useTranslation()
  const format = useFormat()
  const order = unmask(OrderListItem, masked)
  return (
    <Row
      main={
        <>
          <PageLink to="/orders/$orderId" params={{ orderId: order.id }} data-row-link>{order.number} · {order.title}</PageLink>
          <Group gap={6} c="dimmed" fz="sm">
            <span>{order.provider.name}</span>
            {order.project && <span>· {order.project.name}</span>}
          </Group>
        </>
      }
      aside={
        <>
          {order.dueAt && <Text size="sm" c="dimmed">{t('order.due', { when: format.date(order.dueAt) })}</Text>}
          <StatusCell><OrderStatus status={order.status} /></StatusCell>
        </>
      }
    />
  )
}
