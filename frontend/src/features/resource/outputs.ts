import type { LocalText } from '@/ui/format'

/** What a template says of one of its outputs. */
export interface OutputNote {
  title?: LocalText
  help?: LocalText
  hidden?: boolean
}

/** The notes by the outputs' names; a template gives them as a list of {name, …}, or as an object by name. */
export function outputNotes(outputs: unknown): Map<string, OutputNote> {
  if (typeof outputs !== 'object' || outputs === null) return new Map()
  if (Array.isArray(outputs)) return new Map(outputs.map((note: OutputNote & { name: string }) => [note.name, note]))
  return new Map(Object.entries(outputs as Record<string, OutputNote>))
}
