import { IconAlertTriangle, IconBan, IconCircleCheck, IconCircleX, IconClock, IconHandStop, IconLoader2, IconPlayerStop } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { RunPhase, RunStatus as RunState } from '@/gql/graphql'
import { Status, type Tone } from '@/ui/Status'

const LOOKS: Record<RunState, { tone: Tone; icon: typeof IconClock }> = {
  QUEUED: { tone: 'neutral', icon: IconClock },
  RUNNING: { tone: 'info', icon: IconLoader2 },
  AWAITING_APPROVAL: { tone: 'warning', icon: IconHandStop },
  CANCELING: { tone: 'warning', icon: IconPlayerStop },
  SUCCEEDED: { tone: 'success', icon: IconCircleCheck },
  FAILED: { tone: 'danger', icon: IconCircleX },
  CANCELED: { tone: 'neutral', icon: IconBan },
  REJECTED: { tone: 'danger', icon: IconAlertTriangle },
}

/** The state of a run in one word; while it runs, in which phase. */
export function RunStatus({ status, phase, size }: { status: RunState; phase: RunPhase; size?: 'sm' | 'lg' }) {
  const { t } = useTranslation()
  const label = status === 'RUNNING' ? t(`run.running.${phase}`) : t(`run.status.${status}`)
  return <Status {...LOOKS[status]} label={label} size={size === 'lg' ? 'lg' : 'md'} busy={status === 'RUNNING'} />
}

const FINAL: RunState[] = ['SUCCEEDED', 'FAILED', 'CANCELED', 'REJECTED']

/** Nothing follows a final state. */
export function isFinal(status: RunState): boolean {
  return FINAL.includes(status)
}
