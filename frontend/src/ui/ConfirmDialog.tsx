import { Button, Code, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { Trans, useTranslation } from 'react-i18next'

interface ConfirmDialogProps {
  opened: boolean
  onClose: () => void
  title: string
  children: ReactNode
  /** The word on the button: what will happen. */
  action: string
  /** Has to be typed first, for what cannot be undone. */
  word?: string
  danger?: boolean
  busy?: boolean
  onConfirm: () => void
}

/** Asks before something that matters. */
export function ConfirmDialog({ opened, onClose, title, ...rest }: ConfirmDialogProps) {
  const { t } = useTranslation()
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('common.action.close') }}>
      <ConfirmForm {...rest} onClose={onClose} />
    </Modal>
  )
}

function ConfirmForm({ children, action, word, danger, busy, onConfirm, onClose }: Omit<ConfirmDialogProps, 'opened' | 'title'>) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const ready = !word || typed.trim() === word
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (ready) onConfirm()
      }}
    >
      <Stack gap="md">
        <Text component="div" size="sm">{children}</Text>
        {word && (
          <TextInput
            label={<Trans i18nKey="common.confirm.type" values={{ word }} components={{ 1: <Code /> }} />}
            value={typed}
            onChange={(event) => { setTyped(event.currentTarget.value) }}
            autoComplete="off"
            spellCheck={false}
            data-autofocus
          />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>{t('common.action.cancel')}</Button>
          <Button type="submit" color={danger ? 'red.8' : undefined} disabled={!ready} loading={busy}>{action}</Button>
        </Group>
      </Stack>
    </form>
  )
}
