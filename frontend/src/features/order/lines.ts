import type { OrderLineInput, OrderLineKind } from '@/gql/graphql'

/** A line as it is written in the form. Sizes are in GiB there, and what is left empty is not asked for. */
export interface LineValues {
  kind: OrderLineKind
  count: number | string
  title: string
  cores: number | string
  memory: number | string
  disk: number | string
  system: string
  location: string
  labels: string[]
}

export const EMPTY_LINE: LineValues = { kind: 'SERVER', count: 1, title: '', cores: '', memory: '', disk: '', system: '', location: '', labels: [] }

/** The line as the server takes it. */
export function lineInput({ kind, count, title, cores, memory, disk, system, location, labels }: LineValues): OrderLineInput {
  const common = { kind, count: Number(count) || 0, title: title.trim() }
  if (kind !== 'SERVER') return common
  return {
    ...common,
    specification: { cores: whole(cores), memoryMiB: whole(memory, 1_024), diskGiB: whole(disk), system: system.trim(), location: location.trim() },
    labels: Object.fromEntries(labels.map((label) => [label.split('=')[0]?.trim() ?? '', label.split('=').slice(1).join('=').trim()])),
  }
}

function whole(typed: number | string, unit = 1): number | undefined {
  return typed === '' ? undefined : Math.round(Number(typed) * unit)
}
