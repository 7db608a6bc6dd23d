import { ActionIcon, Tooltip } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'

export function CopyButton({ value, label }: { value: string; label?: string }) {
  const { t } = useTranslation()
  const clipboard = useClipboard({ timeout: 1_500 })
  const text = clipboard.copied ? t('common.action.copied') : (label ?? t('common.action.copy'))
  return (
    <Tooltip label={text}>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={text} onClick={() => { clipboard.copy(value) }}>
        {clipboard.copied ? <IconCheck size={15} color="var(--arpent-add)" /> : <IconCopy size={15} />}
      </ActionIcon>
    </Tooltip>
  )
}
