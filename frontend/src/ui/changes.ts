/** One name whose value differs; undefined where it is absent. */
export interface Change {
  name: string
  before: unknown
  after: unknown
}

/** The names in which two JSON values differ, objects within them by dotted paths. */
export function changesBetween(before: unknown, after: unknown): Change[] {
  const was = flatten(before)
  const is = flatten(after)
  const names = [...new Set([...was.keys(), ...is.keys()])]
  return names
    .map((name) => ({ name, before: was.get(name), after: is.get(name) }))
    .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after))
}

function flatten(value: unknown, path = '', into = new Map<string, unknown>()): Map<string, unknown> {
  if (value === null || value === undefined) {
    if (path && value === null) into.set(path, null)
    return into
  }
  if (typeof value !== 'object' || Array.isArray(value)) return into.set(path || '–', value)
  for (const [name, inner] of Object.entries(value)) flatten(inner, path ? `${path}.${name}` : name, into)
  return into
}
