import { Button, Group, MultiSelect, Text, TextInput } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { PersonChooser, ProjectChooser } from '@/api/Chooser'
import { useEventName } from './AuditEvent'
import { type AuditFilter, KNOWN_TYPES } from './filter'

interface AuditFiltersProps {
  filter: AuditFilter
  onFilter: (change: AuditFilter) => void
  onClear: () => void
}

export function AuditFilters({ filter, onFilter, onClear }: AuditFiltersProps) {
  const { t } = useTranslation()
  const nameOf = useEventName()
  const types = [...new Set([...KNOWN_TYPES, ...(filter.type ?? [])])]
  return (
    <Group gap="xs" align="flex-end">
      <MultiSelect aria-label={t('audit.filter.type')} placeholder={filter.type?.length ? undefined : t('audit.filter.type')} data={types.map((type) => ({ value: type, label: nameOf(type) }))} value={filter.type ?? []} onChange={(type) => { onFilter({ type: type.length > 0 ? type : undefined }) }} searchable clearable miw={220} maw={480} />
      <PersonChooser aria-label={t('audit.filter.actor')} placeholder={t('audit.filter.actor')} value={filter.actor} onChange={(actor) => { onFilter({ actor }) }} clearable w={190} />
      <ProjectChooser aria-label={t('audit.filter.project')} placeholder={t('audit.filter.project')} value={filter.project} onChange={(project) => { onFilter({ project }) }} clearable w={190} />
      <TextInput aria-label={t('audit.filter.subject')} placeholder={t('audit.filter.subject')} key={filter.subject} defaultValue={filter.subject ?? ''} onBlur={({ currentTarget }) => { onFilter({ subject: currentTarget.value.trim() || undefined }) }} onKeyDown={(event) => { if (event.key === 'Enter') event.currentTarget.blur() }} w={190} spellCheck={false} />
      <TextInput type="datetime-local" aria-label={t('audit.filter.from')} leftSection={<Text size="sm" c="dimmed" aria-hidden>{t('audit.filter.from')}</Text>} leftSectionWidth={68} value={filter.from ?? ''} max={filter.to} onChange={({ currentTarget }) => { onFilter({ from: currentTarget.value || undefined }) }} />
      <TextInput type="datetime-local" aria-label={t('audit.filter.to')} leftSection={<Text size="sm" c="dimmed" aria-hidden>{t('audit.filter.to')}</Text>} leftSectionWidth={68} value={filter.to ?? ''} min={filter.from} onChange={({ currentTarget }) => { onFilter({ to: currentTarget.value || undefined }) }} />
      {Object.values(filter).some(Boolean) && <Button variant="subtle" color="gray" leftSection={<IconX size={15} />} onClick={onClear}>{t('audit.filter.clear')}</Button>}
    </Group>
  )
}
