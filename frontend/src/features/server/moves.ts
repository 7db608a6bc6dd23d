import type { ServerMove } from '@/gql/graphql'

/** In the order of a server's life. */
export const MOVES: ServerMove[] = ['ORDER', 'DELIVER', 'ACCEPT', 'REJECT', 'PUT_IN_SERVICE', 'TAKE_OUT_OF_SERVICE', 'MAINTAIN', 'RESUME', 'RETIRE']

/** What cannot be taken back, or tells somebody else that it was wrong. */
export const GRAVE: ReadonlySet<ServerMove> = new Set<ServerMove>(['REJECT', 'RETIRE'])

/** So many servers are changed at once, all or none; more by a run, which shows how far it is. */
export const AT_ONCE = 100

/** The moves that may be made with every one of these servers. */
export function movesOfAll(servers: Iterable<{ viewerMoves: readonly ServerMove[] }>): ServerMove[] {
  const all = [...servers]
  return all.length === 0 ? [] : MOVES.filter((move) => all.every(({ viewerMoves }) => viewerMoves.includes(move)))
}
