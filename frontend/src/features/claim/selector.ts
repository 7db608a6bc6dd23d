/** What a claim asked for, in short pieces: role=web, cores ≥ 8. Ids say nothing to a reader and are left out. */
export function wishOf(selector: unknown): string[] {
  if (typeof selector !== 'object' || selector === null) return []
  return Object.entries(selector).flatMap(([name, value]: [string, unknown]) => {
    if (Array.isArray(value)) return name === 'labels' ? value.map(String) : []
    if (typeof value === 'object' && value !== null) return Object.entries(value).flatMap(([part, least]: [string, unknown]) => piece(part, least))
    return /Id$/.test(name) ? [] : piece(name, value)
  })
}

function piece(name: string, value: unknown): string[] {
  if (typeof value === 'number') return value > 0 ? [`${name} ≥ ${String(value)}`] : []
  return typeof value === 'string' && value !== '' ? [`${name}=${value}`] : []
}
