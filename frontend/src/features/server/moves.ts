import type { ServerMove } from '@/gql/graphql'

/** In the order of a server's life. */
export const MOVES: ServerMove[] = ['ORDER', 'DELIVER', 'ACCEPT', 'REJECT', 'PUT_IN_SERVICE', 'TAKE_OUT_OF_SERVICE', 'MAINTAIN', 'RESUME', 'RETIRE']

/** What cannot be taken back, or tells somebody else that it was wrong. */
export const GRAVE: ReadonlySet<ServerMove> = new Set<ServerMove>(['REJECT', 'RETIRE'])

/** How many servers one call changes. */
export const MOST_AT_ONCE = 1_000

/** The moves that may be made with every one of these servers. */
export function movesOfAll(servers: Iterable<{ viewerMoves: readonly ServerMove[] }>): ServerMove[] {
  const all = [...servers]
  return all.length === 0 ? [] : MOVES.filter((move) => all.every(({ viewerMoves }) => viewerMoves.includes(move)))
}
