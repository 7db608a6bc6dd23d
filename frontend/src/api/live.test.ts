import { type Client, CombinedError, createRequest, type Exchange, type ExchangeIO, type Operation, type OperationResult } from '@urql/core'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { filter, makeSubject, map, merge, pipe, publish } from 'wonka'
import { createLive, RESYNC } from './live'

beforeEach(() => { vi.useFakeTimers() })
afterEach(() => { vi.useRealTimers() })

/** A query on the screen whose answer is given, with what was asked again because of events. */
function onScreen(data: unknown, additionalTypenames: string[] = []) {
  const asked: number[] = []
  const client = {
    createRequestOperation: (_kind: string, operation: Operation) => operation,
    reexecuteOperation: (operation: Operation) => asked.push(operation.key),
  } as unknown as Client
  const live = createLive(() => client)
  const { source, next } = makeSubject<Operation>()
  const operation = { ...createRequest('{ a }', {}), kind: 'query', context: { additionalTypenames } } as unknown as Operation
  const forward = (operations: Parameters<ReturnType<Exchange>>[0]) => pipe(operations, map((op) => ({ operation: op, data, stale: false, hasNext: false })))
  pipe(live.exchange({ forward, client, dispatchDebug: () => undefined } as never)(source), publish)
  next(operation)
  return { live, asked, leave: () => { next({ ...operation, kind: 'teardown' } as Operation) } }
}

const query = (text: string, context = {}) => ({ ...createRequest(text, {}), kind: 'query', context }) as unknown as Operation
const away = new CombinedError({ networkError: new Error('away') })

/** Queries that are answered by hand; an answer is returned as it comes through. */
function answered() {
  const live = createLive(() => undefined as never)
  const { source: operations, next: ask } = makeSubject<Operation>()
  const { source: answers, next } = makeSubject<OperationResult>()
  const seen: OperationResult[] = []
  const forward: ExchangeIO = (asked) => merge([pipe(asked, filter(() => false)) as never, answers])
  pipe(live.exchange({ forward, client: undefined as never, dispatchDebug: () => undefined } as never)(operations), map((result) => seen.push(result)), publish)
  const answer = (operation: Operation, more: Partial<OperationResult>) => {
    next({ operation, data: undefined, stale: false, hasNext: false, ...more } as OperationResult)
    return seen.at(-1)
  }
  return { ask, answer }
}

const happen = (subjectID: string, type = 'run.finished') => ({ subjectID, type })

it('asks again once for many events about what is on the screen', () => {
  const { live, asked } = onScreen({ run: { __typename: 'Run', id: 'run_1' } })
  live.notify(happen('run_1'))
  live.notify(happen('run_1'))
  live.notify(happen('run_2'))
  vi.runAllTimers()
  expect(asked).toHaveLength(1)
})

it('asks again about a project when something happens in it', () => {
  const { live, asked } = onScreen({ project: { __typename: 'Project', id: 'prj_1' } })
  live.notify({ ...happen('run_1'), projectID: 'prj_2' })
  vi.runAllTimers()
  expect(asked).toHaveLength(0)
  live.notify({ ...happen('run_1'), projectID: 'prj_1' })
  vi.runAllTimers()
  expect(asked).toHaveLength(1)
})

it('asks again for lists of the type, and for those that are named because they may be empty', () => {
  const list = onScreen({ runs: { __typename: 'RunConnection', edges: [] } })
  const named = onScreen({ runsAwaitingMe: [] }, ['Run'])
  const other = onScreen({ users: { __typename: 'UserConnection', edges: [] } })
  for (const { live } of [list, named, other]) live.notify(happen('run_9'))
  vi.runAllTimers()
  expect([list.asked.length, named.asked.length, other.asked.length]).toEqual([1, 1, 0])
})

it('asks for everything again after a RESYNC, and for nothing that has left the screen', () => {
  const { live, asked, leave } = onScreen({ me: { __typename: 'User', id: 'usr_1' } })
  live.notify(happen('', RESYNC))
  vi.runAllTimers()
  expect(asked).toHaveLength(1)
  leave()
  live.notify(happen('', RESYNC))
  vi.runAllTimers()
  expect(asked).toHaveLength(1)
})

it('asks again about what happened while the answer was on its way', () => {
  const asked: number[] = []
  const client = {
    createRequestOperation: (_kind: string, operation: Operation) => operation,
    reexecuteOperation: (operation: Operation) => asked.push(operation.key),
  } as unknown as Client
  const live = createLive(() => client)
  const operations = makeSubject<Operation>()
  const results = makeSubject<OperationResult>()
  const forward: ExchangeIO = (asking) => merge([pipe(asking, filter(() => false)) as never, results.source])
  pipe(live.exchange({ forward, client, dispatchDebug: () => undefined })(operations.source), publish)
  const operation = { ...createRequest('{ b }', {}), kind: 'query', context: {} } as unknown as Operation
  operations.next(operation)
  live.notify(happen('run_1'))
  live.notify(happen('run_2'))
  results.next({ operation, data: { run: { __typename: 'Run', id: 'run_1' } }, stale: false, hasNext: false })
  vi.runAllTimers()
  expect(asked).toHaveLength(1)
})

it('leaves the last answer on the screen while the server can not be asked, and nothing where there was none or the server said no', () => {
  const { ask, answer } = answered()
  const operation = query('{ a }')
  const result = (more: Partial<OperationResult>) => answer(operation, more)
  ask(operation)
  expect(result({ error: away })).toMatchObject({ data: undefined, error: away })
  expect(result({ data: { a: 1 } })).toMatchObject({ data: { a: 1 } })
  expect(result({ error: away })).toMatchObject({ data: { a: 1 }, error: away })
  const leave = () => { ask({ ...operation, kind: 'teardown' } as Operation) }
  leave()
  expect(result({ error: away })?.data).toBeUndefined() // nobody waits for it
  ask(operation) // as a page does that asks anew
  expect(result({ error: away })).toMatchObject({ data: { a: 1 }, error: away })
  expect(result({ error: new CombinedError({ graphQLErrors: ['no'] }) })?.data).toBeUndefined()
  expect(result({ error: away })?.data).toBeUndefined()
  leave()
  ask(operation)
  expect(result({ error: away })?.data).toBeUndefined()
})

it('keeps the last answers of a bounded number of queries that nobody waits for', () => {
  const { ask, answer } = answered()
  const operation = (n: number, context = {}) => query(`{ a${n < 0 ? '' : String(n)} }`, context)
  const visit = (one: Operation) => {
    ask(one)
    answer(one, { data: { is: 'here' } })
    ask({ ...one, kind: 'teardown' } as Operation)
  }
  const left = (one: Operation) => {
    ask(one)
    return answer(one, { error: away })?.data !== undefined
  }
  visit(operation(-1, { unkept: true }))
  for (let n = 0; n <= 50; n++) visit(operation(n))
  expect([left(operation(0)), left(operation(1)), left(operation(-1, { unkept: true }))]).toEqual([false, true, false])
})
