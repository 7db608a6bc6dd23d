import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { type FragmentType, graphql, unmask } from '@/gql'
import type { PurchaseOrderStatus } from '@/gql/graphql'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { Facts } from '@/ui/Facts'
import { useFormat } from '@/ui/format'
import { PageLink } from '@/ui/Page'
import { Panel } from '@/ui/Panel'
import { OrderStatus } from './OrderStatus'

export const OrderDetailsFields = graphql(/* GraphQL */ `
  fragment OrderDetails on PurchaseOrder {
    id
    number
    title
    status
    wishedBy
    createdAt
    dueAt
    orderedAt
    closedAt
    notes
    provider {
      id
      name
    }
    project {
      id
      acronym
      name
    }
  }
`)

const MoveOrder = graphql(/* GraphQL */ `
  mutation MoveOrder($input: MoveOrderInput!) {
    moveOrder(input: $input) {
      order {
        id
        ...OrderDetails
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

type Masked = FragmentType<typeof OrderDetailsFields>

/** Where an order goes from where it is. The server has the last word. */
export const NEXT: Record<PurchaseOrderStatus, PurchaseOrderStatus[]> = {
  WISHED: ['ORDERED', 'CANCELED'],
  ORDERED: ['PARTLY_DELIVERED', 'DELIVERED', 'CANCELED'],
  PARTLY_DELIVERED: ['DELIVERED', 'CANCELED'],
  DELIVERED: [],
  CANCELED: [],
}

export function OrderFacts({ order: masked }: { order: Masked }) {
  const { t } = useTranslation()
  const format = useFormat()
  const order = unmask(OrderDetailsFields, masked)
  return (
    <Panel title={t('order.details')}>
      <Facts
        facts={[
          [t('order.statusLabel'), <OrderStatus key="status" status={order.status} />],
          [t('order.field.provider'), <PageLink key="provider" to="/providers/$providerId" params={{ providerId: order.provider.id }}>{order.provider.name}</PageLink>],
          [t('order.field.project'), order.project && <PageLink to="/projects/$acronym" params={{ acronym: order.project.acronym }}>{order.project.name}</PageLink>],
          [t('order.wishedBy'), `${order.wishedBy}, ${format.date(order.createdAt)}`],
          [t('order.orderedAt'), order.orderedAt && format.date(order.orderedAt)],
          [t('order.field.dueAt'), order.dueAt && format.date(order.dueAt)],
          [t('order.closedAt'), order.closedAt && format.date(order.closedAt)],
          [t('order.servers'), <PageLink key="servers" to="/servers" search={{ order: order.id }}>{t('order.showServers')}</PageLink>],
          [t('order.field.notes'), order.notes && <span style={{ whiteSpace: 'pre-wrap' }}>{order.notes}</span>],
        ]}
      />
    </Panel>
  )
}

/** Moves an order on in its life. */
export function OrderMoves({ order: masked }: { order: Masked }) {
  const { t } = useTranslation()
  const order = unmask(OrderDetailsFields, masked)
  const [to, setTo] = useState<PurchaseOrderStatus | null>(null)
  const [move, busy] = useAction(MoveOrder, { success: t('order.moved') })

  async function confirm() {
    if (to) await move({ input: { id: order.id, to } })
    setTo(null)
  }

  return (
    <>
      {NEXT[order.status].map((status) => (
        <Button key={status} variant="default" c={status === 'CANCELED' ? 'var(--arpent-destroy)' : undefined} onClick={() => { setTo(status) }}>{t(`order.move.${status}` as 'order.move.ORDERED')}</Button>
      ))}
      <ConfirmDialog opened={to !== null} onClose={() => { setTo(null) }} title={to ? t(`order.move.${to}` as 'order.move.ORDERED') : ''} action={to ? t(`order.move.${to}` as 'order.move.ORDERED') : ''} danger={to === 'CANCELED'} busy={busy} onConfirm={() => void confirm()}>
        {t('order.moveHelp', { number: order.number, status: to ? t(`order.status.${to}`) : '' })}
      </ConfirmDialog>
    </>
  )
}
