import { CombinedError, gql } from '@urql/core'
import { afterEach, expect, it, vi } from 'vitest'
import { createApi, quietFetch, requestIdOf } from './client'

afterEach(() => { vi.unstubAllGlobals() })

/** A network that answers when it is told to, and fails when it is called off. */
function slowNetwork() {
  let answer: (response: Response) => void = () => undefined
  vi.stubGlobal('fetch', (_url: string, { signal }: RequestInit) =>
    new Promise<Response>((resolve, reject) => {
      answer = resolve
      signal?.addEventListener('abort', () => { reject(new DOMException('signal is aborted without reason', 'AbortError')) })
    }),
  )
  return (response: Response) => { answer(response) }
}

it('passes answers on as they are', async () => {
  const answer = slowNetwork()
  const asking = quietFetch('/graphql', { signal: new AbortController().signal })
  answer(new Response('{"data":1}', { status: 429, headers: { 'X-Request-Id': 'abc', 'Content-Type': 'application/json' } }))
  const response = await asking
  expect([response.status, response.headers.get('X-Request-Id'), await response.text()]).toEqual([429, 'abc', '{"data":1}'])
})

it('lets a request that was called off never end, rather than fail to nobody', async () => {
  slowNetwork()
  const leaving = new AbortController()
  const ended = vi.fn()
  quietFetch('/graphql', { signal: leaving.signal }).then(ended, ended)
  leaving.abort()
  await new Promise((resolve) => setTimeout(resolve))
  expect(ended).not.toHaveBeenCalled()
})

it('fails where the network does', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no network')))
  await expect(quietFetch('/graphql', {})).rejects.toThrow('no network')
})

it('knows under which id the operators find a request that failed', () => {
  const headers = { 'X-Request-Id': 'from-header' }
  expect(requestIdOf(new CombinedError({ graphQLErrors: [{ message: 'no', extensions: { requestId: 'told' } }] }))).toBe('told')
  expect(requestIdOf(new CombinedError({ networkError: new Error('502'), response: new Response('', { status: 502, headers }) }))).toBe('from-header')
  expect(requestIdOf(new CombinedError({ networkError: new Error('offline') }))).toBeUndefined()
})

it('keeps answers, but for those that are too many to be kept, which are asked for each time', async () => {
  const asked: string[] = []
  vi.stubGlobal('fetch', (_url: string, { body }: { body: string }) => {
    asked.push((JSON.parse(body) as { variables: { what: string } }).variables.what)
    return Promise.resolve(new Response(JSON.stringify({ data: { echo: `answer ${String(asked.length)}` } }), { headers: { 'Content-Type': 'application/json' } }))
  })
  const { client } = createApi({ url: 'http://arpent.example/graphql', socket: { subscribe: () => () => undefined } as never, onUnauthenticated: () => undefined })
  const echo = gql<{ echo: string }, { what: string }>`query ($what: String!) { echo(what: $what) }`
  const ask = async (what: string, unkept: boolean) => (await client.query(echo, { what }, { requestPolicy: 'cache-first', unkept }).toPromise()).data?.echo
  expect([await ask('kept', false), await ask('kept', false)]).toEqual(['answer 1', 'answer 1'])
  expect([await ask('unkept', true), await ask('unkept', true)]).toEqual(['answer 2', 'answer 3'])
  expect(asked).toEqual(['kept', 'unkept', 'unkept'])
})
