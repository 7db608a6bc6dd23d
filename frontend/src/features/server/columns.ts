/** The columns that can be chosen, beside the name that is always there. */
export const COLUMNS = ['lifecycle', 'health', 'provider', 'project', 'addresses', 'cores', 'memory', 'disk', 'system', 'architecture', 'location', 'labels', 'externalID', 'session', 'since', 'lastReport', 'created'] as const

export type ColumnName = (typeof COLUMNS)[number]

const USUAL: ColumnName[] = ['lifecycle', 'health', 'provider', 'project', 'addresses', 'cores', 'memory']

/** How wide each column is. */
export const WIDTHS: Record<ColumnName, string> = {
  lifecycle: '9.5rem',
  health: '8rem',
  provider: 'minmax(8rem, 1fr)',
  project: 'minmax(8rem, 1fr)',
  addresses: 'minmax(9rem, 1fr)',
  cores: '5rem',
  memory: '6.5rem',
  disk: '6.5rem',
  system: 'minmax(7rem, 1fr)',
  architecture: '6.5rem',
  location: '7rem',
  labels: 'minmax(10rem, 1.5fr)',
  externalID: '8rem',
  session: 'minmax(9rem, 1fr)',
  since: '8rem',
  lastReport: '8rem',
  created: '8rem',
}

const STORED = 'arpent.servers.columns'

/** The columns that somebody chose last on this device. */
export function rememberedColumns(): ColumnName[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORED) ?? 'null')
    if (Array.isArray(stored)) return COLUMNS.filter((name) => stored.includes(name))
  } catch {
    // what is stored is none of ours
  }
  return USUAL
}

export function rememberColumns(columns: readonly ColumnName[]) {
  localStorage.setItem(STORED, JSON.stringify(columns))
}
