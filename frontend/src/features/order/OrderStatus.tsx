import { IconCircleCheck, IconCircleX, IconClock, IconPackage, IconShoppingCart } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { PurchaseOrderStatus } from '@/gql/graphql'
import { Status, type Tone } from '@/ui/Status'

const LOOKS: Record<PurchaseOrderStatus, { tone: Tone; icon: typeof IconClock }> = {
  WISHED: { tone: 'neutral', icon: IconClock },
  ORDERED: { tone: 'info', icon: IconShoppingCart },
  PARTLY_DELIVERED: { tone: 'warning', icon: IconPackage },
  DELIVERED: { tone: 'success', icon: IconCircleCheck },
  CANCELED: { tone: 'neutral', icon: IconCircleX },
}

export function OrderStatus({ status }: { status: PurchaseOrderStatus }) {
  const { t } = useTranslation()
  return <Status {...LOOKS[status]} label={t(`order.status.${status}`)} />
}
