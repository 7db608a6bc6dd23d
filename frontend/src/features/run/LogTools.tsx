import { ActionIcon, Button, Group, Tooltip } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { IconArrowDown, IconCheck, IconCopy, IconDownload, IconTextWrap } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { formatLines, type LineRange } from './log'

interface LogToolsProps {
  /** What is copied: made when it is asked for. */
  text: () => string
  raw: string
  name: string
  lines: LineRange | undefined
  wrap: boolean
  onWrap: (wrap: boolean) => void
  living: boolean
  follow: boolean
  onFollow: (follow: boolean) => void
}

/** What can be done with a log. */
export function LogTools({ text, raw, name, lines, wrap, onWrap, living, follow, onFollow }: LogToolsProps) {
  const { t } = useTranslation()
  const clipboard = useClipboard({ timeout: 1_500 })
  const copy = clipboard.copied ? t('common.action.copied') : lines ? t('run.log.copyLines', { lines: formatLines(lines) }) : t('run.log.copy')
  return (
    <Group gap={4} ml="auto" wrap="nowrap">
      <Tooltip label={t('run.log.wrap')}>
        <ActionIcon variant={wrap ? 'light' : 'subtle'} color="gray" aria-label={t('run.log.wrap')} aria-pressed={wrap} onClick={() => { onWrap(!wrap) }}><IconTextWrap size={16} /></ActionIcon>
      </Tooltip>
      <Tooltip label={copy}>
        <ActionIcon variant="subtle" color="gray" aria-label={copy} onClick={() => { clipboard.copy(text()) }}>
          {clipboard.copied ? <IconCheck size={16} color="var(--arpent-add)" /> : <IconCopy size={16} />}
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t('run.log.download')}>
        <ActionIcon component="a" href={raw} download={name} variant="subtle" color="gray" aria-label={t('run.log.download')}><IconDownload size={16} /></ActionIcon>
      </Tooltip>
      {(living || !follow) && (
        <Button size="compact-xs" variant={follow ? 'light' : 'default'} aria-pressed={living ? follow : undefined} leftSection={<IconArrowDown size={13} />} onClick={() => { onFollow(!follow) }}>
          {t(living ? 'run.log.follow' : 'run.log.end')}
        </Button>
      )}
    </Group>
  )
}
