import type { ImportMappingInput } from '@/gql/graphql'

/** What a column can give, in the order in which they are asked for. The first has to be there. */
export const FIELDS = ['hostname', 'externalId', 'address', 'cores', 'memory', 'disk', 'architecture', 'system', 'location'] as const

export type Field = (typeof FIELDS)[number]

export const ENCODINGS = ['utf-8', 'utf-16', 'windows-1252', 'iso-8859-1', 'iso-8859-15']
export const DELIMITERS = [';', ',', '\t', '|']
/** What a column's field begins with when it gives a label. */
export const LABEL = 'labels.'

/** How a file is read: the header by field, and what is not recognized by itself. */
export interface Reading {
  encoding: string
  delimiter: string
  decimal: string
  headers: readonly string[]
  columns: Record<string, string>
}

interface AnsweredReading {
  encoding: string
  delimiter: string
  decimal: string
  headers: readonly string[]
  columns: unknown
}

/** The server's reading, with its columns as texts. */
export function readingOf(answered: AnsweredReading): Reading {
  const columns = typeof answered.columns === 'object' && answered.columns !== null ? answered.columns : {}
  return { ...answered, columns: Object.fromEntries(Object.entries(columns).map(([field, header]: [string, unknown]) => [field, String(header)])) }
}

/** Everything that was read or chosen, said outright: then nothing is guessed anew. */
export function mappingOf({ encoding, delimiter, decimal, columns }: Reading): ImportMappingInput {
  return { encoding, delimiter, decimal, columns }
}

/** A field is given by another column, or by none: that is said outright, else the server would recognize one. */
export function withColumn(columns: Record<string, string>, field: string, header: string | null): Record<string, string> {
  return { ...columns, [field]: header ?? '' }
}

/** The columns of which nothing is read. */
export function unreadOf({ headers, columns }: Reading): string[] {
  const read = new Set(Object.values(columns))
  return headers.filter((header) => header !== '' && !read.has(header))
}

/** The labels that columns give, by name. */
export function labelColumns(columns: Record<string, string>): [name: string, header: string][] {
  return Object.entries(columns).flatMap(([field, header]) => (field.startsWith(LABEL) && header !== '' ? [[field.slice(LABEL.length), header]] : []))
}

/** Under which name a column becomes a label: what a label's name may not have becomes a dash. */
export function labelField(header: string): string {
  const plain = header.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  return LABEL + (plain.replace(/[^a-z0-9._/-]+/g, '-').replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '').slice(0, 63) || 'column')
}
