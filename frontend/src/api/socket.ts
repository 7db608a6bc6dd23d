import { createClient, type Client } from 'graphql-ws'
import { createStore, useStore } from './store'

export type Connection = 'connecting' | 'live' | 'lost'

/** How the one socket of this tab is doing. */
export const connection = createStore<Connection>('connecting')
export const useConnection = () => useStore(connection)

/** Close codes after which trying again is of no use: the server does not know us, or not any more. */
const REFUSED = [4401, 4403]

interface Options {
  url: string
  onRefused: () => void
}

/** The socket tries for ever, at growing intervals, and at once when the browser says that it is online again. */
export function createSocket({ url, onRefused }: Options): Client {
  let pongTimer: ReturnType<typeof setTimeout> | undefined
  let socket: WebSocket | undefined
  return createClient({
    url,
    lazy: true,
    lazyCloseTimeout: 3_000,
    keepAlive: 12_000,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: (event) => !isRefusal(event),
    retryWait: waitBeforeRetry,
    on: {
      opened: (opened) => {
        socket = opened as WebSocket
      },
      connected: () => {
        connection.set('live')
      },
      ping: (received) => {
        if (!received) pongTimer = setTimeout(() => socket?.close(4499, 'no answer to a ping'), 5_000)
      },
      pong: (received) => {
        if (received) clearTimeout(pongTimer)
      },
      closed: (event) => {
        clearTimeout(pongTimer)
        if (isRefusal(event)) onRefused()
        else if (!(event as CloseEvent).wasClean || (event as CloseEvent).code !== 1000) connection.set('lost')
      },
      error: () => {
        connection.set('lost')
      },
    },
  })
}

function isRefusal(event: unknown): boolean {
  return REFUSED.includes((event as CloseEvent | undefined)?.code ?? 0)
}

async function waitBeforeRetry(retries: number): Promise<void> {
  const wait = Math.min(15_000, 500 * 2 ** retries) * (0.75 + Math.random() / 2)
  await new Promise<void>((resolve) => {
    const go = () => {
      clearTimeout(timer)
      window.removeEventListener('online', go)
      resolve()
    }
    const timer = setTimeout(go, wait)
    window.addEventListener('online', go)
  })
}
