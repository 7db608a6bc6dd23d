import type { OrderDirection, ServerHealth, ServerLifecycle, ServerOrderField, ServerWhereInput } from '@/gql/graphql'
import { type ColumnName, COLUMNS } from './columns'

/** In the order of a server's life. */
export const LIFECYCLES: ServerLifecycle[] = ['WISHED', 'ORDERED', 'DELIVERED', 'REJECTED', 'INITIALIZING', 'INIT_FAILED', 'AVAILABLE', 'ASSIGNED', 'IN_SERVICE', 'MAINTENANCE', 'RETIRED']
export const SERVER_HEALTHS: ServerHealth[] = ['CRITICAL', 'WARNING', 'UNKNOWN', 'OK']
/** The project of those that nobody has. */
export const NOBODY = 'none'

export type Sort = 'hostname' | '-hostname' | 'created' | '-created'
const SORTS: Sort[] = ['hostname', '-hostname', 'created', '-created']

/** What a server has at least: memory and disk in GiB. */
export const LEASTS = ['cores', 'memory', 'disk'] as const
/** What a server is, as it is written, in whatever case. */
export const WHOLES = ['system', 'architecture', 'location'] as const

/** What the address of the servers' table may hold. */
export interface ServerFilter {
  search?: string
  lifecycle?: ServerLifecycle[]
  health?: ServerHealth[]
  provider?: string
  network?: string
  /** An id, or NOBODY. */
  project?: string
  order?: string
  session?: string
  /** As name=value, or the name alone. */
  labels?: string[]
  cores?: number
  memory?: number
  disk?: number
  system?: string
  architecture?: string
  location?: string
}

export interface ServerSearch extends ServerFilter {
  sort?: Sort
  columns?: ColumnName[]
}

const TEXTS = ['search', 'provider', 'network', 'project', 'order', 'session', ...WHOLES] as const

/** No server has more of anything, in MiB neither. */
const MOST = 1_000_000

/** Reads what to show out of whatever somebody has put into the address. */
export function readSearch(search: Record<string, unknown>): ServerSearch {
  const read: ServerSearch = {}
  for (const name of TEXTS) {
    const value = search[name]
    if (typeof value === 'string' && value !== '') read[name] = value
    if (typeof value === 'number') read[name] = String(value) // the address bar takes a search for digits as a number
  }
  for (const name of LEASTS) {
    const value = search[name]
    if (typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= MOST) read[name] = value
  }
  read.lifecycle = some(LIFECYCLES, search.lifecycle)
  read.health = some(SERVER_HEALTHS, search.health)
  read.columns = some(COLUMNS, search.columns)
  read.sort = SORTS.find((sort) => sort === search.sort)
  const labels = Array.isArray(search.labels) ? search.labels.filter((label): label is string => typeof label === 'string' && label !== '') : []
  if (labels.length > 0) read.labels = labels
  return read
}

function some<T extends string>(known: readonly T[], given: unknown): T[] | undefined {
  const chosen = Array.isArray(given) ? known.filter((value) => given.includes(value)) : []
  return chosen.length > 0 ? chosen : undefined
}

/** The filter alone: what does not say which servers is left out. */
export function filterOf({ sort: _sort, columns: _columns, ...filter }: ServerSearch): ServerFilter {
  return filter
}

export function isFiltered(filter: ServerFilter): boolean {
  return Object.values(whereOf(filter)).length > 0
}

/** The filter as the server takes it. */
export function whereOf({ search, lifecycle, health, provider, network, project, order, session, labels, ...rest }: ServerFilter): ServerWhereInput {
  const specification = specificationOf(rest)
  return {
    ...(search && { search }),
    ...(lifecycle && { lifecycleIn: lifecycle }),
    ...(health && { healthIn: health }),
    ...(provider && { providerID: provider }),
    ...(network && { networkId: network }),
    ...(project && (project === NOBODY ? { projectIDIsNil: true } : { projectID: project })),
    ...(order && { orderId: order }),
    ...(session && { sessionID: session }),
    ...(labels && { labels }),
    ...(Object.keys(specification).length > 0 && { specification }),
  }
}

function specificationOf({ cores, memory, disk, system, architecture, location }: Pick<ServerFilter, (typeof LEASTS)[number] | (typeof WHOLES)[number]>) {
  return {
    ...(cores && { cores }),
    ...(memory && { memoryMiB: memory * 1024 }),
    ...(disk && { diskGiB: disk }),
    ...(system && { system }),
    ...(architecture && { architecture }),
    ...(location && { location }),
  }
}

/** The order as the server takes it; by name unless said. */
export function orderOf(sort: Sort = 'hostname'): { field: ServerOrderField; direction: OrderDirection } {
  return { field: sort.endsWith('hostname') ? 'HOSTNAME' : 'CREATED_AT', direction: sort.startsWith('-') ? 'DESC' : 'ASC' }
}
