import { IconAlertTriangle, IconCircleCheck, IconClock, IconRefresh } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { LibraryStatus as LibraryState } from '@/gql/graphql'
import { Status, type Tone } from '@/ui/Status'

const LOOKS: Record<LibraryState, { tone: Tone; icon: typeof IconClock }> = {
  NEW: { tone: 'neutral', icon: IconClock },
  SYNCING: { tone: 'info', icon: IconRefresh },
  READY: { tone: 'success', icon: IconCircleCheck },
  ERROR: { tone: 'danger', icon: IconAlertTriangle },
}

export function LibraryStatus({ status }: { status: LibraryState }) {
  const { t } = useTranslation()
  return <Status {...LOOKS[status]} label={t(`library.status.${status}`)} busy={status === 'SYNCING'} />
}
