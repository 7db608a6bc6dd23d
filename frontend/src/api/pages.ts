import type { AnyVariables, Client, CombinedError, DocumentInput, OperationContext, OperationResult } from '@urql/core'
import { createRequest } from '@urql/core'
import { useEffect, useReducer, useState } from 'react'
import { useClient } from 'urql'
import { pipe, subscribe } from 'wonka'
import { nodesOf } from './nodes'

/** A Relay connection, as far as paging needs it. */
export interface PagedConnection<Node> {
  pageInfo: { hasNextPage: boolean; endCursor?: string | null }
  edges?: readonly ({ node?: Node | null } | null)[] | null
}

interface Page<Data> {
  after: string | null
  data?: Data
  error?: CombinedError
  fetching: boolean
  leave: () => void
}

type Ask<Data> = (after: string | null, answer: (result: OperationResult<Data>) => void) => () => void

/**
 * A list of the server, page behind page, each a query of its own that stays alive. What happens refreshes every page;
 * where one then ends elsewhere, the next begins there: no row is lost or shown twice between them.
 */
export class PageChain<Data> {
  private pages: Page<Data>[] = []
  private wanted = 0
  private ask: Ask<Data> | undefined
  /** What was shown before it asked for something else: shown until the first answer. */
  private before: Data[] = []

  constructor(
    private readonly pageInfoOf: (data: Data) => PagedConnection<unknown>['pageInfo'] | undefined,
    private readonly changed: () => void,
  ) {}

  /** Begins anew, with another question. */
  restart(ask: Ask<Data>) {
    this.close()
    this.ask = ask
    this.goOn()
  }

  /** Opens so many pages, as far as there are some, and closes those beyond. */
  open(count: number) {
    this.wanted = count
    for (const page of this.pages.splice(count)) page.leave()
    this.goOn()
  }

  close() {
    this.before = this.data
    this.ask = undefined
    for (const page of this.pages.splice(0)) page.leave()
  }

  /** What is there of each page, in order. */
  get data(): Data[] {
    const data = this.pages.flatMap((page) => (page.data === undefined ? [] : [page.data]))
    return data.length > 0 || this.pages.some(({ error }) => error) ? data : this.before
  }

  get error(): CombinedError | undefined {
    return this.pages.find(({ error }) => error)?.error
  }

  get fetching(): boolean {
    return this.pages.some(({ fetching }) => fetching)
  }

  /** Whether there is a page behind those that are open. */
  get more(): boolean {
    const last = this.pages.at(-1)
    return last?.data !== undefined && (this.pageInfoOf(last.data)?.hasNextPage ?? false)
  }

  /** Opens the next page where one is wanted, and has each begin where the one before it ends. */
  private goOn() {
    if (!this.ask || this.wanted === 0) return
    if (this.pages.length === 0) this.begin(0, null)
    for (let at = 0; at < this.pages.length; at += 1) {
      const data = this.pages[at]?.data
      if (data === undefined) return
      const { hasNextPage, endCursor } = this.pageInfoOf(data) ?? { hasNextPage: false }
      if (!hasNextPage || endCursor == null) {
        for (const page of this.pages.splice(at + 1)) page.leave()
        return
      }
      if (at + 1 >= this.wanted) return
      if (this.pages[at + 1]?.after !== endCursor) this.begin(at + 1, endCursor)
    }
  }

  private begin(at: number, after: string | null) {
    const before = this.pages[at]
    before?.leave()
    const page: Page<Data> = { after, data: before?.data, fetching: true, leave: () => undefined }
    this.pages[at] = page
    if (!this.ask) return
    page.leave = this.ask(after, ({ data, error, stale }) => {
      if (data) page.data = data
      page.error = data ? undefined : error
      page.fetching = stale
      this.goOn()
      this.changed()
    })
  }
}

interface Options<Data, Node> {
  /** How many pages are wanted. */
  pages: number
  /** Where the list is in an answer. */
  list: (data: Data) => PagedConnection<Node> | null | undefined
  /** As that of useQuery; held constant outside of the component. */
  context?: Partial<OperationContext>
}

/** A list in pages. Its query takes `$after`; the other variables are given here, and a change of them begins anew. */
export function usePages<Data, Node extends { id: string }, Variables extends AnyVariables>(query: DocumentInput<Data, Variables>, variables: Omit<Variables, 'after'>, { pages, list, context }: Options<Data, Node>) {
  'use no memo' // the chain is one object that changes inside
  const client = useClient()
  const [, changed] = useReducer((count: number) => count + 1, 0)
  const key = JSON.stringify(variables)
  const [chain] = useState(() => new PageChain<Data>((data) => list(data)?.pageInfo, changed))
  useEffect(() => {
    chain.restart(asking(client, query, JSON.parse(key) as object, context))
    return () => { chain.close() }
  }, [chain, client, query, key, context])
  useEffect(() => { chain.open(pages) }, [chain, pages])
  const { data } = chain
  return {
    /** As useQuery gives it: what the first page says besides the list is in its data. */
    result: { data: data[0], error: data[0] ? undefined : chain.error, fetching: chain.fetching },
    nodes: once(data.flatMap((page) => nodesOf(list(page)))),
    more: chain.more,
    fetching: chain.fetching,
    retry: () => { chain.restart(asking(client, query, JSON.parse(key) as object, { ...context, requestPolicy: 'network-only' })) },
  }
}

function asking<Data, Variables extends AnyVariables>(client: Client, query: DocumentInput<Data, Variables>, variables: object, context?: Partial<OperationContext>) {
  return (after: string | null, answer: (result: OperationResult<Data>) => void) => {
    const request = createRequest(query, { ...variables, after } as unknown as Variables)
    return pipe(client.executeQuery<Data, Variables>(request, context), subscribe(answer)).unsubscribe
  }
}

/** While a page moves on behind the one before it, a row may be in both. */
function once<Node extends { id: string }>(nodes: Node[]): Node[] {
  const seen = new Set<string>()
  return nodes.filter(({ id }) => !seen.has(id) && seen.add(id))
}

/** How many pages an address may ask for. */
const MOST_PAGES = 100

/** Reads how many pages the address asks for; one needs no saying. */
export function readPages(pages: unknown): number | undefined {
  return typeof pages === 'number' && pages > 1 ? Math.min(MOST_PAGES, Math.floor(pages)) : undefined
}
