import { Alert, Button, Group, Stack } from '@mantine/core'
import { IconEyeOff } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { CopyButton } from './CopyButton'
import classes from './SecretOnce.module.css'

/** A secret that was just made and cannot be seen again: to be copied, then closed. */
export function SecretOnce({ label, secret, onDone }: { label: string; secret: string; onDone: () => void }) {
  const { t } = useTranslation()
  return (
    <Stack gap="md">
      <Alert color="yellow" icon={<IconEyeOff />}>{t('common.secretOnce')}</Alert>
      <div className={classes.box}>
        <code aria-label={label}>{secret}</code>
        <CopyButton value={secret} />
      </div>
      <Group justify="flex-end">
        <Button onClick={onDone}>{t('common.action.done')}</Button>
      </Group>
    </Stack>
  )
}
