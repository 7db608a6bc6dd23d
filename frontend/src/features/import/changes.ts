import { useTranslation } from 'react-i18next'
import { useFormat } from '@/ui/format'
import { diskOf, memoryOf } from '@/ui/size'
import { FIELDS, LABEL } from './mapping'

export interface FieldChange {
  field: string
  before: unknown
  after: unknown
}

/** What a row would change, field by field: those of the file in its order, then the others by name. */
export function changesOf(changes: unknown): FieldChange[] {
  if (typeof changes !== 'object' || changes === null) return []
  return Object.entries(changes)
    .map(([field, change]: [string, unknown]) => {
      const { before, after } = (typeof change === 'object' && change !== null ? change : {}) as { before?: unknown; after?: unknown }
      return { field, before, after }
    })
    .sort((a, b) => rankOf(a.field) - rankOf(b.field) || a.field.localeCompare(b.field))
}

function rankOf(field: string): number {
  const at = (FIELDS as readonly string[]).indexOf(field)
  return at < 0 ? FIELDS.length : at
}

/** Says in the reader's language what a field is called, and its values: sizes in GiB, several addresses one after the other, nothing as nothing. */
export function useFieldWords() {
  const { t, i18n } = useTranslation()
  const format = useFormat()
  const nameOf = (field: string) => (field.startsWith(LABEL) ? t('import.field.label', { name: field.slice(LABEL.length) }) : t(`import.field.${field}` as 'import.field.cores', field))
  const valueOf = (field: string, value: unknown): string => {
    if (value === null || value === undefined || value === 0) return ''
    if (Array.isArray(value)) return value.map(String).join(', ')
    if (field === 'lifecycle') return t(`server.lifecycle.${String(value)}` as 'server.lifecycle.DELIVERED')
    if (typeof value !== 'number') return typeof value === 'string' ? value : JSON.stringify(value)
    if (field === 'memory') return memoryOf(format, value, i18n.language)
    return field === 'disk' ? diskOf(format, value, i18n.language) : format.number(value)
  }
  return { nameOf, valueOf }
}
