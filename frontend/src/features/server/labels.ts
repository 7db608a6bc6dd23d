/** Labels as people write them: name=value, in order. */
export function labelsOf(labels: unknown): string[] {
  if (typeof labels !== 'object' || labels === null) return []
  return Object.entries(labels).map(([name, value]: [string, unknown]) => (value === '' ? name : `${name}=${String(value)}`)).sort()
}

/** What somebody wrote into a field, as names and values; a name without a value has an empty one. */
export function parseLabels(written: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    written.flatMap((label) => {
      const [name = '', ...value] = label.split('=')
      return name.trim() === '' ? [] : [[name.trim(), value.join('=').trim()]]
    }),
  )
}
