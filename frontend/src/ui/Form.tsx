import { Button, Group, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

interface FormProps {
  onSubmit: () => Promise<unknown>
  /** The word on the button: what will happen. */
  action: string
  busy: boolean
  disabled?: boolean
  /** In a dialog, how to leave it. */
  onCancel?: () => void
  children: ReactNode
}

/** Fields one below the other, then what to do with them. */
export function Form({ onSubmit, action, busy, disabled, onCancel, children }: FormProps) {
  const { t } = useTranslation()
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void onSubmit()
      }}
    >
      <Stack gap="md">
        {children}
        <Group justify={onCancel ? 'flex-end' : 'flex-start'} gap="xs">
          {onCancel && <Button variant="default" onClick={onCancel}>{t('common.action.cancel')}</Button>}
          <Button type="submit" loading={busy} disabled={disabled}>{action}</Button>
        </Group>
      </Stack>
    </form>
  )
}
