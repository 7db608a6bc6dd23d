import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What `make build` leaves. */
const PROGRAM = resolve(fileURLToPath(new URL('../../bin/arpent', import.meta.url)))

/** How an installation keeps its data: alone, or with PostgreSQL and Redis. */
export type Kind = 'embedded' | 'cluster'

const ADMIN = { email: 'admin@example.org', password: 'correct-horse-battery' }
const START_MS = 60_000
const LAST_WISH = 'notices'

/** The real program with its sample data, on a free port and a fresh folder. */
export class Installation {
  private server: ChildProcess | undefined
  private readonly said: string[] = []
  private readonly apis = new Map<string, Api>()

  private constructor(
    readonly url: string,
    readonly folder: string,
    private readonly flags: string[],
  ) {}

  /** Starts one and waits until its sample data is complete. Close it. */
  static async open(kind: Kind): Promise<Installation> {
    await access(PROGRAM).catch(() => {
      throw new Error(`${PROGRAM} is missing: run make build`)
    })
    const folder = await mkdtemp(join(tmpdir(), 'arpent-e2e-'))
    const port = await freePort()
    const flags = ['serve', '--demo', '--data-dir', folder, '--library-dir', folder, '--listen', `127.0.0.1:${String(port)}`, ...databases(kind)]
    const installation = new Installation(`http://127.0.0.1:${String(port)}`, folder, flags)
    try {
      await installation.start()
      await installation.furnished()
    } catch (error) {
      await installation.close()
      throw error
    }
    return installation
  }

  /** Starts the program, again after a stop, and waits until it answers. */
  async start(): Promise<void> {
    const server = spawn(PROGRAM, this.flags, { env: environment(), stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [server.stdout, server.stderr]) stream.on('data', (piece: Buffer) => this.said.push(piece.toString()))
    this.server = server
    await until(START_MS, 'the server to answer', async () => {
      if (server.exitCode !== null) throw new Error(`the server ended: ${this.words()}`)
      return fetch(`${this.url}/readyz`).then((response) => response.ok, () => false)
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.words()}`)
    })
  }

  /** Stops the program as a signal does, and waits for its end. */
  async stop(): Promise<void> {
    const { server } = this
    this.server = undefined
    if (!server || server.exitCode !== null) return
    const ended = once(server, 'exit')
    server.kill('SIGTERM')
    await ended
  }

  async close(): Promise<void> {
    await this.stop()
    await rm(this.folder, { recursive: true, force: true })
  }

  /** What the program wrote last, for whoever looks for a failure. */
  words(): string {
    return this.said.join('').slice(-4_000)
  }

  /** The password of a sample account. */
  async passwordOf(email: string): Promise<string> {
    return email === ADMIN.email ? ADMIN.password : readFile(join(this.folder, 'demo-password'), 'utf8')
  }

  /** A client of the API that is signed in, for what a journey needs but does not tell about. */
  async api(email: string): Promise<Api> {
    const known = this.apis.get(email)
    if (known) return known
    const response = await fetch(`${this.url}/auth/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Arpent-Client': 'e2e' },
      body: JSON.stringify({ email, password: await this.passwordOf(email) }),
    })
    if (!response.ok) throw new Error(`${email} cannot sign in: ${String(response.status)} ${await response.text()}`)
    const cookie = response.headers.getSetCookie().map((one) => one.split(';')[0]).join('; ')
    const api = new Api(this.url, cookie)
    this.apis.set(email, api)
    return api
  }

  /** The last thing the sample people do is to ask for a site that nobody approves; others wait for a moment only. */
  private async furnished(): Promise<void> {
    const api = await this.api(ADMIN.email)
    await until(START_MS, 'the sample data', async () => {
      const { runs } = await api.ask<Waiting>('{ runs(where: { status: AWAITING_APPROVAL }) { edges { node { resource { name } } } } }')
      return runs.edges.some(({ node }) => node.resource?.name === LAST_WISH)
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.words()}`)
    })
  }
}

interface Waiting {
  runs: { edges: { node: { resource: { name: string } | null } }[] }
}

interface Refusal {
  message: string
}

/** GraphQL in somebody's name. */
export class Api {
  constructor(
    private readonly url: string,
    private readonly cookie: string,
  ) {}

  /** Asks, and fails on any error, also on what a mutation refuses. */
  async ask<Answer>(query: string, variables: Record<string, unknown> = {}): Promise<Answer> {
    return this.send(query, JSON.stringify({ query, variables }), { 'Content-Type': 'application/json' })
  }

  /** Asks with a file, which stands where `place` says, as in `variables.input.file`. */
  async upload<Answer>(query: string, variables: Record<string, unknown>, place: string, file: File): Promise<Answer> {
    const form = new FormData()
    form.set('operations', JSON.stringify({ query, variables }))
    form.set('map', JSON.stringify({ file: [place] }))
    form.set('file', file)
    return this.send(query, form)
  }

  private async send<Answer>(query: string, body: string | FormData, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(`${this.url}/graphql`, { method: 'POST', headers: { ...headers, 'X-Arpent-Client': 'e2e', Cookie: this.cookie }, body })
    const { data, errors } = (await response.json()) as { data: Answer; errors?: Refusal[] }
    const refused = Object.values(data ?? {}).flatMap((part) => (part as { userErrors?: Refusal[] } | null)?.userErrors ?? [])
    const wrong = [...(errors ?? []), ...refused]
    if (wrong.length > 0) throw new Error(`${query}: ${wrong.map(({ message }) => message).join('; ')}`)
    return data
  }
}

/** Asks again until the answer is yes. */
export async function until(limit: number, what: string, ask: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + limit
  while (!(await ask())) {
    if (Date.now() > end) throw new Error(`waited ${String(limit / 1000)} s for ${what}`)
    await new Promise((resume) => setTimeout(resume, 100))
  }
}

function databases(kind: Kind): string[] {
  if (kind === 'embedded') return []
  const { ARPENT_TEST_DATABASE_URL: database, ARPENT_TEST_REDIS_URL: redis } = process.env
  if (!database || !redis) {
    throw new Error('ARPENT_TEST_DATABASE_URL and ARPENT_TEST_REDIS_URL must name a fresh PostgreSQL database and Redis: run make test-browser')
  }
  return ['--database-url', database, '--redis-url', redis]
}

/** Nothing of the caller's own Arpent settings may leak in. */
function environment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('ARPENT_'))
  return { ...Object.fromEntries(inherited), ARPENT_ADMIN_EMAIL: ADMIN.email, ARPENT_ADMIN_PASSWORD: ADMIN.password }
}

/** One that nobody listens on, below those that the system hands out by itself: it is still free after a restart. */
async function freePort(): Promise<number> {
  const probe = createServer()
  probe.listen(10_000 + Math.floor(Math.random() * 6_000), '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
