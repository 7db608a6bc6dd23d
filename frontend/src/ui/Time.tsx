import { Tooltip } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from './format'

/** The time, anew at each interval, for what counts seconds or says "5 minutes ago". */
export function useNow(intervalMs: number, active = true): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (!active) return
    const timer = setInterval(() => { setNow(Date.now()) }, intervalMs)
    return () => { clearInterval(timer) }
  }, [intervalMs, active])
  return now
}

/** "5 minutes ago", with the exact time on hover and for machines. */
export function TimeAgo({ value, brief }: { value: string | null | undefined; brief?: boolean }) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useNow(20_000)
  if (!value) return <>{t('common.never')}</>
  return (
    <Tooltip label={format.exact(value)}>
      <time dateTime={value}>{format.ago(value, now, brief)}</time>
    </Tooltip>
  )
}

/** How long something took, or has been taking so far. */
export function Duration({ from, to }: { from: string | null | undefined; to?: string | null }) {
  const format = useFormat()
  const now = useNow(1_000, !to)
  if (!from) return <>–</>
  const end = to ? new Date(to).getTime() : now
  return <span style={{ fontVariantNumeric: 'tabular-nums' }}>{format.duration(end - new Date(from).getTime())}</span>
}
