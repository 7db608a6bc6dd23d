import { Progress, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useCount } from './count'

/** Above this a network is about to be full. */
const NEARLY_FULL = 0.9

/** How much of a network is used, as a bar and in words. */
export function UsedBar({ total, free, used }: { total: string; free: string; used: number }) {
  const { t, i18n } = useTranslation()
  const count = useCount()
  const percent = new Intl.NumberFormat(i18n.language, { style: 'percent', maximumFractionDigits: used > 0 && used < 0.01 ? 2 : 0 }).format(used)
  return (
    <div style={{ width: '11rem' }}>
      <Progress value={Math.round(used * 1_000) / 10} color={used >= NEARLY_FULL ? 'orange' : undefined} aria-label={t('network.used', { percent })} size="sm" mb={2} />
      <Text size="xs" c="dimmed">{percent} · {t('network.free', { free: count(free), total: count(total) })}</Text>
    </div>
  )
}
