import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { useServer } from 'graphql-ws/use/ws'
import type { Plugin } from 'vite'
import { WebSocketServer } from 'ws'
import { createExecutor, execute, subscribe } from './executor.ts'
import { speak } from './people.ts'
import { createWorld } from './world.ts'

/** Makes Vite's development server answer /graphql (HTTP and WebSocket) and /auth from sample data. */
export function mockPlugin(): Plugin {
  const executor = createExecutor(createWorld())
  return {
    name: 'arpent-mock',
    configureServer(server) {
      server.middlewares.use('/graphql', (request, response) => void answer(request, response, executor))
      server.middlewares.use('/auth', (_request, response) => {
        response.setHeader('Content-Type', 'application/json')
        response.end('{}')
      })
      if (server.httpServer) serveSocket(server.httpServer as Server, executor)
    },
  }
}

type Executor = ReturnType<typeof createExecutor>

async function answer(request: IncomingMessage, response: ServerResponse, executor: Executor) {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { query, variables } = JSON.parse(Buffer.concat(chunks).toString()) as { query: string; variables?: Record<string, unknown> }
  speak(request.headers['accept-language'])
  response.setHeader('Content-Type', 'application/json')
  response.end(JSON.stringify(await executor.execute(query, variables)))
}

function serveSocket(httpServer: Server, executor: Executor) {
  const sockets = new WebSocketServer({ noServer: true })
  useServer(
    {
      execute,
      subscribe,
      onSubscribe: (_context, _id, { query, variables }) => ({ ...executor.argsOf(query, variables ?? {}), rootValue: undefined }),
    },
    sockets,
  )
  httpServer.on('upgrade', (request, socket, head) => {
    if (request.url === '/graphql') sockets.handleUpgrade(request, socket, head, (opened) => sockets.emit('connection', opened, request))
  })
}
