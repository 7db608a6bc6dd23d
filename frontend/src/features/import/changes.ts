export interface FieldChange {
  field: string
  before: string
  after: string
}

/** What a row would change, as texts: the server says it by field, before and after. */
export function changesOf(changes: unknown): FieldChange[] {
  if (typeof changes !== 'object' || changes === null) return []
  return Object.entries(changes).map(([field, change]: [string, unknown]) => {
    const { before, after } = (typeof change === 'object' && change !== null ? change : {}) as { before?: unknown; after?: unknown }
    return { field, before: textOf(before), after: textOf(after) }
  })
}

function textOf(value: unknown): string {
  if (value === null || value === undefined || value === 0) return ''
  if (Array.isArray(value)) return value.map(String).join(', ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}
