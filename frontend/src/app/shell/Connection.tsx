import { Group, Loader, Text, Tooltip } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useTranslation } from 'react-i18next'
import { useConnection } from '@/api/socket'
import classes from './Connection.module.css'

/** A blink of the network is nobody's business: only what lasts is said. */
const PATIENCE_MS = 1_500

export function ConnectionDot() {
  const { t } = useTranslation()
  const state = useConnection()
  const label = t(`shell.connection.${state}`)
  return (
    <Tooltip label={label}>
      <span className={classes.dot} data-state={state} role="img" aria-label={label} />
    </Tooltip>
  )
}

export function ConnectionBanner() {
  const { t } = useTranslation()
  const state = useConnection()
  const [settled] = useDebouncedValue(state, PATIENCE_MS)
  const lost = state === 'lost' && settled === 'lost'
  return (
    <div role="status" aria-live="polite">
      {lost && (
        <Group className={classes.banner} gap="xs" wrap="nowrap">
          <Loader size={14} color="currentColor" />
          <Text size="sm" fw={600} span>{t('shell.connection.lost')}</Text>
          <Text size="sm" span>{t('shell.connection.lostHelp')}</Text>
        </Group>
      )}
    </div>
  )
}
