import { IconCircleCheck, IconCircleX, IconClock, IconHandStop, IconLoader2, IconTrash, IconTrashX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { ResourceStatus as ResourceState } from '@/gql/graphql'
import { Status, type Tone } from '@/ui/Status'

const LOOKS: Record<ResourceState, { tone: Tone; icon: typeof IconClock; busy?: boolean }> = {
  REQUESTED: { tone: 'neutral', icon: IconClock },
  PENDING_APPROVAL: { tone: 'warning', icon: IconHandStop },
  IN_PROGRESS: { tone: 'info', icon: IconLoader2, busy: true },
  READY: { tone: 'success', icon: IconCircleCheck },
  ERROR: { tone: 'danger', icon: IconCircleX },
  DELETING: { tone: 'warning', icon: IconTrash },
  DELETED: { tone: 'neutral', icon: IconTrashX },
}

export function ResourceStatus({ status, size }: { status: ResourceState; size?: 'sm' | 'lg' }) {
  const { t } = useTranslation()
  return <Status {...LOOKS[status]} label={t(`resource.status.${status}`)} size={size === 'lg' ? 'lg' : 'md'} />
}
