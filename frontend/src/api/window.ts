import type { AnyVariables, Client, CombinedError, DocumentInput, OperationContext, OperationResult } from '@urql/core'
import { createRequest } from '@urql/core'
import { useEffect, useMemo, useReducer } from 'react'
import { useClient } from 'urql'
import { pipe, subscribe } from 'wonka'
import { nodesOf } from './nodes'
import type { PagedConnection } from './pages'

/** Rows in a page, as the query asks for them with `first`. */
export const WINDOW_PAGE = 100
/** So many pages before and behind those in sight stay: scrolling back a little asks for nothing. */
const KEPT_AROUND = 2

interface Piece<Node> {
  nodes: readonly Node[]
  hasNextPage: boolean
  endCursor?: string | null
}

interface OpenPage<Node> {
  nodes: readonly Node[] | undefined
  leave: () => void
}

interface Reply<Node> {
  piece?: Piece<Node>
  error?: CombinedError
}

type Ask<Node> = (after: string | null, answer: (reply: Reply<Node>) => void) => () => void

/**
 * A list that is too long to be held: the pages in sight and their neighbours are there and stay alive, of all others
 * only the cursor behind which they begin. The memory does not grow with the way that was scrolled, but for the cursors.
 */
export class ListWindow<Node> {
  private readonly starts: (string | null)[] = [null]
  private readonly pages = new Map<number, OpenPage<Node>>()
  private total: number | undefined
  private from = 0
  private to = 0
  private failure: CombinedError | undefined
  private answers = 0

  constructor(
    private readonly ask: Ask<Node>,
    private readonly changed: () => void,
  ) {}

  /** Rows that are known to be there, with a page of those to come while the end was not seen. */
  get count(): number {
    return this.total ?? this.starts.length * WINDOW_PAGE
  }

  /** Whether the end of the list was seen. */
  get whole(): boolean {
    return this.total !== undefined
  }

  get answered(): boolean {
    return this.answers > 0
  }

  get error(): CombinedError | undefined {
    return this.failure
  }

  /** A row, as far as its page is there. */
  row(index: number): Node | undefined {
    return this.pages.get(Math.floor(index / WINDOW_PAGE))?.nodes?.[index % WINDOW_PAGE]
  }

  /** All rows that are there, in order. */
  get rows(): Node[] {
    return [...this.pages.entries()].sort(([a], [b]) => a - b).flatMap(([, { nodes }]) => nodes ?? [])
  }

  /** Says which rows are in sight. */
  show(from: number, to: number) {
    this.from = Math.floor(Math.max(0, from) / WINDOW_PAGE)
    this.to = Math.floor(Math.max(0, to) / WINDOW_PAGE)
    this.settle()
  }

  close() {
    for (const page of this.pages.values()) page.leave()
    this.pages.clear()
  }

  /** Asks again for what is there. */
  retry() {
    this.failure = undefined
    for (const at of [...this.pages.keys()]) this.begin(at)
    this.settle()
  }

  /** Opens what is in sight with a neighbour each way, as far as its cursor is known, and closes what is far away. */
  private settle() {
    for (const [at, page] of this.pages) {
      if (at >= this.from - KEPT_AROUND && at <= this.to + KEPT_AROUND && at < this.starts.length) continue
      page.leave()
      this.pages.delete(at)
    }
    const last = Math.min(this.to + 1, this.starts.length - 1)
    for (let at = Math.max(0, Math.min(this.from - 1, last)); at <= last; at += 1) if (!this.pages.has(at)) this.begin(at)
  }

  private begin(at: number) {
    const before = this.pages.get(at)
    before?.leave()
    const page: OpenPage<Node> = { nodes: before?.nodes, leave: () => undefined }
    this.pages.set(at, page)
    page.leave = this.ask(this.starts[at] ?? null, (reply) => {
      if (this.pages.get(at) === page) this.learn(at, page, reply)
    })
  }

  private learn(at: number, page: OpenPage<Node>, { piece, error }: Reply<Node>) {
    this.failure = piece ? undefined : error
    if (piece) {
      this.answers += 1
      page.nodes = piece.nodes
      this.placeNext(at, piece)
      this.settle()
    }
    this.changed()
  }

  /** The next page begins where this one ends; without one, the list ends here. */
  private placeNext(at: number, { nodes, hasNextPage, endCursor }: Piece<Node>) {
    if (!hasNextPage || endCursor == null) {
      this.total = at * WINDOW_PAGE + nodes.length
      this.starts.length = at + 1
      return
    }
    if (this.total !== undefined && this.total <= (at + 1) * WINDOW_PAGE) this.total = undefined
    if (this.starts[at + 1] === endCursor) return
    this.starts[at + 1] = endCursor
    if (this.pages.has(at + 1)) this.begin(at + 1)
  }
}

interface Options<Data, Node> {
  list: (data: Data) => PagedConnection<Node> | null | undefined
  /** As that of useQuery; held constant outside of the component. */
  context?: Partial<OperationContext>
}

/** A list that scrolls through any number of rows. Its query takes `$after` and asks for `first: 100`; a change of the other variables begins anew. */
export function useListWindow<Data, Node, Variables extends AnyVariables>(query: DocumentInput<Data, Variables>, variables: Omit<Variables, 'after'>, { list, context }: Options<Data, Node>) {
  'use no memo' // the window is one object that changes inside
  const client = useClient()
  const [, changed] = useReducer((count: number) => count + 1, 0)
  const key = JSON.stringify(variables)
  // eslint-disable-next-line react-hooks/exhaustive-deps -- where the list is in an answer does not change
  const window = useMemo(() => new ListWindow<Node>(asking(client, query, JSON.parse(key) as object, list, context), changed), [client, query, key, context])
  useEffect(() => {
    window.show(0, 0)
    return () => { window.close() }
  }, [window])
  return window
}

function asking<Data, Node, Variables extends AnyVariables>(client: Client, query: DocumentInput<Data, Variables>, variables: object, list: Options<Data, Node>['list'], context?: Partial<OperationContext>): Ask<Node> {
  return (after, answer) => {
    const request = createRequest(query, { ...variables, after } as unknown as Variables)
    return pipe(
      client.executeQuery<Data, Variables>(request, { ...context, unkept: true }),
      subscribe(({ data, error }: OperationResult<Data>) => { answer({ piece: pieceOf(data && list(data)), error }) }),
    ).unsubscribe
  }
}

function pieceOf<Node>(connection: PagedConnection<Node> | null | undefined): Piece<Node> | undefined {
  return connection ? { nodes: nodesOf(connection), ...connection.pageInfo } : undefined
}
