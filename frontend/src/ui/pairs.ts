import type { Pair } from './PairsInput'

/** The fields of a JSON object as pairs to edit. A string that would read as other JSON keeps its quotes. */
export function pairsOf(value: unknown): Pair[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).map(([name, inner]: [string, unknown]) => ({ name, value: typeof inner === 'string' && parsed(inner) === inner ? inner : JSON.stringify(inner) }))
}

/** The pairs as a JSON object: numbers, booleans, lists and objects are recognized, all else is text. */
export function valuesOf(pairs: readonly Pair[]): Record<string, unknown> {
  return Object.fromEntries(pairs.filter(({ name }) => name.trim() !== '').map(({ name, value }) => [name.trim(), parsed(value)]))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
