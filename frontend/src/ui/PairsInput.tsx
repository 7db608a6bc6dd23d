import { ActionIcon, Button, Group, Input, Stack, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'

export interface Pair {
  name: string
  value: string
}

interface PairsInputProps {
  label: string
  description?: string
  error?: string
  pairs: Pair[]
  onChange: (pairs: Pair[]) => void
  /** Words of the button that adds one. */
  add: string
  disabled?: boolean
}

/** Names and values, as many as wanted. */
export function PairsInput({ label, description, error, pairs, onChange, add, disabled }: PairsInputProps) {
  const { t } = useTranslation()
  const change = (index: number, part: Partial<Pair>) => { onChange(pairs.map((pair, at) => (at === index ? { ...pair, ...part } : pair))) }
  return (
    <Input.Wrapper label={label} description={description} error={error} labelElement="div" role="group" aria-label={label}>
      <Stack gap={6} mt={6}>
        {pairs.map((pair, index) => (
          <Group key={index} gap={6} wrap="nowrap">
            <TextInput flex="1 1 40%" value={pair.name} disabled={disabled} onChange={({ currentTarget }) => { change(index, { name: currentTarget.value }) }} placeholder={t('common.pair.name')} aria-label={t('common.pair.nameOf', { number: index + 1 })} ff="monospace" spellCheck={false} />
            <TextInput flex="1 1 60%" value={pair.value} disabled={disabled} onChange={({ currentTarget }) => { change(index, { value: currentTarget.value }) }} placeholder={t('common.pair.value')} aria-label={t('common.pair.valueOf', { name: pair.name || index + 1 })} spellCheck={false} />
            {!disabled && (
              <ActionIcon variant="subtle" color="gray" aria-label={t('common.pair.remove', { name: pair.name || index + 1 })} onClick={() => { onChange(pairs.filter((_, at) => at !== index)) }}>
                <IconTrash size={16} />
              </ActionIcon>
            )}
          </Group>
        ))}
        {!disabled && (
          <div>
            <Button variant="subtle" size="xs" leftSection={<IconPlus size={14} />} onClick={() => { onChange([...pairs, { name: '', value: '' }]) }}>{add}</Button>
          </div>
        )}
      </Stack>
    </Input.Wrapper>
  )
}
