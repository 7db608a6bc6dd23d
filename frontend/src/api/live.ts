import type { Client, Exchange, Operation, OperationResult } from '@urql/core'
import { map, pipe, tap } from 'wonka'

/** What happened, as far as the screen has to know. */
export interface Happening {
  type: string
  subjectID: string
  projectID?: string | null
}

/** The type of the event that says that events were missed: everything on the screen may be old. */
export const RESYNC = 'RESYNC'

/** Which GraphQL type the subject of an event is, by the prefix of its id. */
const TYPES: Record<string, string[]> = {
  adr: ['Address', 'Network'],
  apv: ['Approval', 'Run'],
  clm: ['Claim', 'Server', 'Address'],
  frz: ['Freeze', 'Run'],
  hsp: ['HostingProvider'],
  ims: ['ImportSession', 'Server', 'Address'],
  lib: ['Library', 'Template'],
  mem: ['Membership'],
  net: ['Network', 'Address'],
  ord: ['PurchaseOrder'],
  org: ['Organization'],
  prj: ['Project'],
  res: ['Resource'],
  rol: ['Role'],
  run: ['Run', 'Resource'],
  sac: ['SecureAccess'],
  srv: ['Server'],
  stv: ['StateVersion'],
  tok: ['ApiToken'],
  tpl: ['Template'],
  usr: ['User'],
  wrk: ['Worker'],
}

/** Time in which happenings are gathered before the screen asks again. */
const GATHER_MS = 250

/** How many answers outlive their queries. */
const LEFTOVERS = 50

interface Watched {
  operation: Operation
  ids: Set<string>
  types: Set<string>
  /** The last answer: what stays on the screen while the server can not be asked. */
  data?: unknown
  /** What happened since it was asked: the answer on its way may have been read before. None while no answer is awaited. */
  meanwhile: Happening[] | undefined
}

/**
 * Refetches what is on the screen when something happens to it. Every active query is known by the ids and the
 * types in its last answer; `context.additionalTypenames` names the types of lists that may be empty. Where the server can not be
 * asked again, the last answer stays, with the error beside it.
 */
export function createLive(client: () => Client) {
  const watched = new Map<number, Watched>()
  const left = new Leftovers()
  const due = new Set<number>()
  let timer: ReturnType<typeof setTimeout> | undefined

  function refetch() {
    timer = undefined
    for (const key of due) {
      const entry = watched.get(key)
      if (entry) {
        client().reexecuteOperation(
          client().createRequestOperation('query', entry.operation, { ...entry.operation.context, requestPolicy: 'network-only' }),
        )
      }
    }
    due.clear()
  }

  function notify(happening: Happening) {
    for (const [key, entry] of watched) {
      if (entry.meanwhile) entry.meanwhile.push(happening)
      else if (concerns(entry, happening)) due.add(key)
    }
    schedule()
  }

  function schedule() {
    if (due.size > 0) timer ??= setTimeout(refetch, GATHER_MS)
  }

  /** What an answer is about is known only now, and so whether it is old already. */
  function answered(entry: Watched, result: OperationResult) {
    if (result.data) {
      learn(entry, result)
      entry.data = result.data
    } else if (!result.error?.networkError) entry.data = undefined // the server says no: it is not to be shown again
    if (result.stale) return
    if (entry.meanwhile?.some((happening) => concerns(entry, happening))) due.add(result.operation.key)
    entry.meanwhile = undefined
    schedule()
  }

  const exchange: Exchange = ({ forward }) => (operations$) =>
    pipe(
      operations$,
      tap((operation) => {
        if (operation.kind === 'query') watch(watched, left, operation)
        if (operation.kind === 'teardown') {
          left.keep(operation, watched.get(operation.key)?.data)
          watched.delete(operation.key)
        }
      }),
      forward,
      map((result) => {
        const entry = watched.get(result.operation.key)
        if (!entry) return result
        answered(entry, result)
        return result.error?.networkError && !result.data ? { ...result, data: entry.data } : result
      }),
    )
  return { exchange, notify }
}

/** The last answers to queries that nobody waits for any more: a page that asks again ends its query and begins it anew. */
class Leftovers {
  private readonly kept = new Map<number, unknown>()

  keep({ key, context }: Operation, data: unknown) {
    if (data === undefined || context.unkept) return
    this.kept.set(key, data)
    const [oldest] = this.kept.keys()
    if (this.kept.size > LEFTOVERS && oldest !== undefined) this.kept.delete(oldest)
  }

  take(key: number): unknown {
    const data = this.kept.get(key)
    this.kept.delete(key)
    return data
  }
}

function watch(watched: Map<number, Watched>, left: Leftovers, operation: Operation) {
  const known = watched.get(operation.key)
  if (known) {
    known.operation = operation
    known.meanwhile ??= []
  } else watched.set(operation.key, { operation, ids: new Set(), types: new Set(operation.context.additionalTypenames), data: left.take(operation.key), meanwhile: [] })
}

function learn(entry: Watched, result: OperationResult) {
  entry.ids.clear()
  entry.types = new Set(entry.operation.context.additionalTypenames)
  collect(result.data, entry)
}

function collect(value: unknown, into: Watched) {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, into)
    return
  }
  if (typeof value !== 'object' || value === null) return
  const { id, __typename: type } = value as { id?: unknown; __typename?: unknown }
  if (typeof id === 'string') into.ids.add(id)
  if (typeof type === 'string' && type.endsWith('Connection')) into.types.add(type.slice(0, -'Connection'.length))
  for (const inner of Object.values(value)) collect(inner, into)
}

/** A project's own fields follow from what happens in it: whether its base is there, how many resources it has. */
function concerns(entry: Watched, { type, subjectID, projectID }: Happening): boolean {
  if (type === RESYNC || entry.types.has('Event') || entry.ids.has(subjectID) || (projectID && entry.ids.has(projectID))) return true
  return (TYPES[subjectID.slice(0, 3)] ?? []).some((name) => entry.types.has(name))
}
