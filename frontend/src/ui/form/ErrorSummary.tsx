import { Alert, Anchor, List } from '@mantine/core'
import { IconAlertCircle } from '@tabler/icons-react'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { goTo, type Mistake } from './mistakes'

interface ErrorSummaryProps {
  mistakes: readonly Mistake[]
  /** Grows with each attempt that was refused: the first field that is wrong gets the focus then. */
  attempt: number
}

/** At the top of a form that was refused: all that is wrong, each leading to its field. */
export function ErrorSummary({ mistakes, attempt }: ErrorSummaryProps) {
  const { t } = useTranslation()
  const first = mistakes[0]?.id
  useEffect(() => {
    if (!first) return
    const frame = requestAnimationFrame(() => { goTo(first) })
    return () => { cancelAnimationFrame(frame) }
    // eslint-disable-next-line react-hooks/exhaustive-deps -- a mistake that is mended is no new attempt: who types keeps the focus
  }, [attempt])
  if (mistakes.length === 0) return null
  return (
    <Alert color="red" icon={<IconAlertCircle />} title={t('form.summary', { count: mistakes.length })} role="alert">
      <List size="sm" spacing={2}>
        {mistakes.map(({ id, label, message }) => (
          <List.Item key={`${id} ${message}`}>
            <Anchor href={`#${id}`} size="sm" c="inherit" underline="always" onClick={(event) => { event.preventDefault(); goTo(id) }}>{label}</Anchor>
            {t('form.colon')}{message}
          </List.Item>
        ))}
      </List>
    </Alert>
  )
}
