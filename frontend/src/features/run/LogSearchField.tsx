import { ActionIcon, Group, Text, TextInput } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconSearch } from '@tabler/icons-react'
import type { Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/ui/format'
import classes from './RunLog.module.css'

interface LogSearchFieldProps {
  value: string
  onChange: (text: string) => void
  /** How many lines hold it, and which of them it stands on. */
  found: number
  at: number
  onStep: (by: number) => void
  ref?: Ref<HTMLInputElement>
}

/** What to look for, how often it is there, and the way from one to the next: Enter, and Shift+Enter back. */
export function LogSearchField({ value, onChange, found, at, onStep, ref }: LogSearchFieldProps) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <>
      <TextInput
        ref={ref}
        size="xs"
        type="search"
        className={classes.search}
        leftSection={<IconSearch size={14} />}
        placeholder={t('run.log.search')}
        aria-label={t('run.log.search')}
        value={value}
        onChange={(event) => { onChange(event.currentTarget.value) }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onStep(event.shiftKey ? -1 : 1)
          if (event.key === 'Escape' && value !== '') onChange('')
        }}
      />
      {value !== '' && (
        <Group gap={2} wrap="nowrap">
          <Text size="xs" c="dimmed" aria-live="polite" style={{ whiteSpace: 'nowrap' }}>
            {found === 0 ? t('run.log.nothing') : t('run.log.match', { at: format.number(at + 1), of: format.number(found) })}
          </Text>
          <ActionIcon size="sm" variant="subtle" color="gray" aria-label={t('run.log.previous')} disabled={found === 0} onClick={() => { onStep(-1) }}><IconChevronUp size={15} /></ActionIcon>
          <ActionIcon size="sm" variant="subtle" color="gray" aria-label={t('run.log.next')} disabled={found === 0} onClick={() => { onStep(1) }}><IconChevronDown size={15} /></ActionIcon>
        </Group>
      )}
    </>
  )
}
