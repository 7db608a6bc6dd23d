import { IconArchive, IconBolt, IconCircleCheck, IconClock, IconCircleX, IconLoader2, IconPackage, IconShoppingCart, IconTool, IconUserCheck, IconAlertTriangle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { ServerLifecycle } from '@/gql/graphql'
import { Status, type Tone } from '@/ui/Status'

const LOOKS: Record<ServerLifecycle, { tone: Tone; icon: typeof IconClock }> = {
  WISHED: { tone: 'neutral', icon: IconClock },
  ORDERED: { tone: 'neutral', icon: IconShoppingCart },
  DELIVERED: { tone: 'info', icon: IconPackage },
  REJECTED: { tone: 'danger', icon: IconCircleX },
  INITIALIZING: { tone: 'info', icon: IconLoader2 },
  INIT_FAILED: { tone: 'danger', icon: IconAlertTriangle },
  AVAILABLE: { tone: 'success', icon: IconCircleCheck },
  ASSIGNED: { tone: 'info', icon: IconUserCheck },
  IN_SERVICE: { tone: 'success', icon: IconBolt },
  MAINTENANCE: { tone: 'warning', icon: IconTool },
  RETIRED: { tone: 'neutral', icon: IconArchive },
}

/** Where a server is in its life. */
export function Lifecycle({ lifecycle }: { lifecycle: ServerLifecycle }) {
  const { t } = useTranslation()
  return <Status {...LOOKS[lifecycle]} label={t(`server.lifecycle.${lifecycle}`)} busy={lifecycle === 'INITIALIZING'} />
}
