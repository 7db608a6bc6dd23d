import { cacheExchange, Client, type CombinedError, type Exchange, fetchExchange, mapExchange, type OperationResult, subscriptionExchange } from '@urql/core'
import type { Client as Socket } from 'graphql-ws'
import { empty, filter, merge, pipe, share, type Source } from 'wonka'
import { createLive } from './live'

declare module '@urql/core' {
  interface OperationContext {
    /** Variables that are read anew at each (re)connection, so that a subscription resumes where it stopped. */
    resume?: () => Record<string, unknown>
    /** Answers are not kept: for what is read in so many pieces that keeping them all would fill the memory. */
    unkept?: boolean
  }
}

/** Sent with every request: a form on a foreign page cannot send it. */
export const CLIENT_HEADERS = { 'X-Arpent-Client': 'portal' }

interface Options {
  url: string
  socket: Socket
  onUnauthenticated: () => void
}

export function createApi({ url, socket, onUnauthenticated }: Options) {
  const live = createLive(() => client)
  const client = new Client({
    url,
    preferGetMethod: false,
    fetch: quietFetch,
    requestPolicy: 'cache-and-network',
    fetchOptions: { credentials: 'same-origin', headers: CLIENT_HEADERS },
    exchanges: [
      mapExchange({
        onError: (error) => {
          if (isUnauthenticated(error)) onUnauthenticated()
        },
      }),
      live.exchange,
      besideCache,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: (request, operation) => ({
          subscribe: (sink) => ({
            unsubscribe: socket.subscribe(
              { query: request.query ?? '', variables: resuming(request.variables, operation.context.resume) },
              { next: (result) => { sink.next(result as never) }, error: sink.error.bind(sink), complete: sink.complete.bind(sink) },
            ),
          }),
        }),
      }),
    ],
  })
  return { client, notify: live.notify }
}

/** The cache, with a way round it for answers that are not kept. What stands behind it is asked once for both: urql insists on that. */
const besideCache: Exchange = (input) => (operations$) => {
  const shared$ = share(operations$)
  const around$ = pipe(shared$, filter(({ kind, context }) => kind === 'query' && context.unkept === true))
  let results$: Source<OperationResult> = empty
  const cached = cacheExchange({
    ...input,
    forward: (kept$) => {
      results$ = share(input.forward(merge([kept$, around$])))
      return pipe(results$, filter(({ operation }) => !operation.context.unkept))
    },
  })
  const kept$ = cached(pipe(shared$, filter(({ kind, context }) => kind === 'teardown' || !context.unkept)))
  return merge([kept$, pipe(results$, filter(({ operation }) => operation.context.unkept === true))])
}

/**
 * A query that nobody waits for any more is called off. The client leaves the failure of its request to nobody, and
 * the browser then reports it as a defect of the page: here it just never comes.
 */
export const quietFetch: typeof fetch = async (input, init) => {
  try {
    const response = await fetch(input, init)
    const body = await response.text()
    return new Response(body, { status: response.status, statusText: response.statusText, headers: response.headers })
  } catch (error) {
    if (init?.signal?.aborted) return new Promise<never>(() => undefined)
    throw error
  }
}

export type Api = ReturnType<typeof createApi>

export function isUnauthenticated(error: CombinedError): boolean {
  return error.graphQLErrors.some((e) => e.extensions.code === 'UNAUTHENTICATED') || (error.response as Response | undefined)?.status === 401
}

/** The id under which the operators find a request in their logs. */
export function requestIdOf(error: CombinedError | undefined): string | undefined {
  const told = error?.graphQLErrors[0]?.extensions.requestId
  return typeof told === 'string' && told !== '' ? told : ((error?.response as Response | undefined)?.headers.get('X-Request-Id') ?? undefined)
}

/** The socket sends the same object at each reconnection and serializes it then: a getter gives it fresh variables. */
function resuming(variables: unknown, resume?: () => Record<string, unknown>) {
  const base = (variables ?? {}) as Record<string, unknown>
  if (!resume) return base
  return { toJSON: () => ({ ...base, ...resume() }) } as unknown as Record<string, unknown>
}
