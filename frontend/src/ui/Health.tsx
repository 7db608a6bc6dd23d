import { IconAlertTriangle, IconCircleCheck, IconExclamationCircle, IconHelpCircle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useFormat } from './format'
import { Status, type Tone } from './Status'

export type HealthValue = 'OK' | 'WARNING' | 'CRITICAL' | 'UNKNOWN'

/** The worst first. */
export const HEALTHS: HealthValue[] = ['CRITICAL', 'WARNING', 'UNKNOWN', 'OK']

const LOOKS: Record<HealthValue, { tone: Tone; icon: typeof IconCircleCheck }> = {
  OK: { tone: 'success', icon: IconCircleCheck },
  WARNING: { tone: 'warning', icon: IconAlertTriangle },
  CRITICAL: { tone: 'danger', icon: IconExclamationCircle },
  UNKNOWN: { tone: 'neutral', icon: IconHelpCircle },
}

/** How something is. */
export function Health({ health }: { health: HealthValue }) {
  const { t } = useTranslation()
  return <Status {...LOOKS[health]} label={t(`health.status.${health}`)} />
}

/** How many are how, the worst first; those that nothing is known of last. */
export function HealthCounts({ counts }: { counts: readonly { health: HealthValue; count: number }[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const some = HEALTHS.flatMap((health) => counts.filter((one) => one.health === health && one.count > 0))
  if (some.length === 0) return <>–</>
  return (
    <>
      {some.map(({ health, count }) => <Status key={health} {...LOOKS[health]} label={t(`health.counted.${health}`, { count, shown: format.number(count) })} />)}
    </>
  )
}
