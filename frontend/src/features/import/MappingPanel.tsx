import { Button, Group, Select, SimpleGrid, Stack, Text } from '@mantine/core'
import { IconTag, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Panel } from '@/ui/Panel'
import classes from './MappingPanel.module.css'
import { DELIMITERS, ENCODINGS, FIELDS, labelColumns, labelField, type Reading, unreadOf, withColumn } from './mapping'

/** A label beside its field where there is no room above each. */
const LINE = { root: classes.line, label: classes.label }

interface MappingPanelProps {
  reading: Reading
  onChoose: (change: Partial<Reading>) => void
}

/** How the file was read, to be corrected: its form, and which column gives what. */
export function MappingPanel({ reading, onChoose }: MappingPanelProps) {
  const { t } = useTranslation()
  const headers = [...new Set(reading.headers.filter((header) => header !== ''))]
  const column = (field: string, header: string | null) => { onChoose({ columns: withColumn(reading.columns, field, header) }) }
  const delimiters = [...new Set([...DELIMITERS, reading.delimiter])].map((value) => ({ value, label: t(`import.delimiter.${nameOf(value)}`, value) }))
  return (
    <Panel title={t('import.mapping.title')}>
      <Stack gap="md">
        <Group gap="sm" className={classes.form}>
          <Select label={t('import.mapping.encoding')} data={[...new Set([...ENCODINGS, reading.encoding])]} value={reading.encoding} onChange={(encoding) => { if (encoding) onChoose({ encoding }) }} allowDeselect={false} w={{ base: '100%', xs: 170 }} classNames={LINE} />
          <Select label={t('import.mapping.delimiter')} data={delimiters} value={reading.delimiter} onChange={(delimiter) => { if (delimiter) onChoose({ delimiter, columns: {} }) }} allowDeselect={false} w={{ base: '100%', xs: 170 }} classNames={LINE} />
          <Select label={t('import.mapping.decimal')} data={[{ value: '.', label: t('import.decimal.point') }, { value: ',', label: t('import.decimal.comma') }]} value={reading.decimal} onChange={(decimal) => { if (decimal) onChoose({ decimal }) }} allowDeselect={false} w={{ base: '100%', xs: 170 }} classNames={LINE} />
        </Group>
        <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="sm" verticalSpacing={{ base: 6, xs: 'sm' }}>
          {FIELDS.map((field) => (
            <Select key={field} label={t(`import.field.${field}`)} placeholder={t('import.mapping.none')} data={headers} value={reading.columns[field] || null} onChange={(header) => { column(field, header) }} clearable searchable classNames={LINE} error={field === 'hostname' && !reading.columns.hostname ? t('import.mapping.needed') : undefined} />
          ))}
        </SimpleGrid>
        <Labels reading={reading} onColumn={column} />
      </Stack>
    </Panel>
  )
}

/** Which columns become labels, and which are not read at all. */
function Labels({ reading, onColumn }: { reading: Reading; onColumn: (field: string, header: string | null) => void }) {
  const { t } = useTranslation()
  const unread = unreadOf(reading)
  const labels = labelColumns(reading.columns)
  if (unread.length + labels.length === 0) return null
  return (
    <Stack gap={6}>
      {labels.length > 0 && (
        <Group gap={6}>
          <Text size="sm" c="dimmed">{t('import.mapping.labels')}</Text>
          {labels.map(([name, header]) => <Button key={name} size="compact-xs" variant="default" rightSection={<IconX size={12} />} onClick={() => { onColumn(`labels.${name}`, null) }}>{header === name ? name : `${header} → ${name}`}</Button>)}
        </Group>
      )}
      {unread.length > 0 && (
        <Group gap={6}>
          <Text size="sm" c="dimmed">{t('import.mapping.unread')}</Text>
          {unread.map((header) => <Button key={header} size="compact-xs" variant="default" leftSection={<IconTag size={12} />} aria-label={t('import.mapping.asLabel', { header })} onClick={() => { onColumn(labelField(header), header) }}>{header}</Button>)}
        </Group>
      )}
    </Stack>
  )
}

function nameOf(delimiter: string): 'semicolon' | 'comma' | 'tab' | 'bar' {
  return ({ ';': 'semicolon', ',': 'comma', '\t': 'tab', '|': 'bar' } as const)[delimiter as ';'] ?? delimiter
}
