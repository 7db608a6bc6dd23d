import type { OperationResult } from '@urql/core'
import { expect, it, vi } from 'vitest'
import { PageChain, readPages } from './pages'

interface List {
  rows: string[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}

/** A server with a list whose pages of three are alive: after a change, all that are open are told. */
function serverOf(...rows: string[]) {
  const open = new Set<{ after: string | null; answer: (result: OperationResult<List>) => void }>()
  const page = (after: string | null): List => {
    const from = after === null ? 0 : rows.findIndex((row) => row >= after) + (rows.includes(after) ? 1 : 0)
    const part = rows.slice(from, from + 3)
    return { rows: part, pageInfo: { hasNextPage: from + 3 < rows.length, endCursor: part.at(-1) ?? null } }
  }
  const say = (one: { after: string | null; answer: (result: OperationResult<List>) => void }) => { one.answer({ data: page(one.after), stale: false } as OperationResult<List>) }
  return {
    open,
    ask: (after: string | null, answer: (result: OperationResult<List>) => void) => {
      const one = { after, answer }
      open.add(one)
      queueMicrotask(() => { if (open.has(one)) say(one) })
      return () => { open.delete(one) }
    },
    change: (act: (rows: string[]) => void) => {
      act(rows)
      for (const one of [...open]) if (open.has(one)) say(one)
    },
  }
}

const settle = () => new Promise((resolve) => setTimeout(resolve))
const rowsOf = (chain: PageChain<List>) => chain.data.flatMap(({ rows }) => rows).join('')

async function chainOn(server: ReturnType<typeof serverOf>, pages: number) {
  const chain = new PageChain<List>(({ pageInfo }) => pageInfo, vi.fn())
  chain.restart(server.ask)
  chain.open(pages)
  await settle()
  return chain
}

it('opens as many pages as are wanted, and not more than there are', async () => {
  const server = serverOf(...'abcdefgh')
  const chain = await chainOn(server, 1)
  expect([rowsOf(chain), chain.more]).toEqual(['abc', true])
  chain.open(2)
  await settle()
  expect([rowsOf(chain), chain.more]).toEqual(['abcdef', true])
  chain.open(9)
  await settle()
  expect([rowsOf(chain), chain.more, server.open.size]).toEqual(['abcdefgh', false, 3])
  chain.open(1)
  expect([rowsOf(chain), server.open.size]).toEqual(['abc', 1])
  chain.close()
  expect(server.open.size).toBe(0)
})

it('loses no row and shows none twice when rows come and go between the pages', async () => {
  const server = serverOf(...'cdefghij')
  const chain = await chainOn(server, 2)
  expect(rowsOf(chain)).toBe('cdefgh')
  server.change((rows) => rows.unshift('a', 'b'))
  await settle()
  expect(rowsOf(chain)).toBe('abcdef')
  server.change((rows) => rows.splice(rows.indexOf('b'), 2))
  await settle()
  expect(rowsOf(chain)).toBe('adefgh')
  server.change((rows) => rows.splice(0, rows.length, 'z'))
  await settle()
  expect([rowsOf(chain), server.open.size]).toEqual(['z', 1])
  server.change((rows) => rows.unshift(...'abcde'))
  await settle()
  expect(rowsOf(chain)).toBe('abcdez')
})

it('tells of a failure, and goes on showing what it has', async () => {
  const server = serverOf(...'abcdefgh')
  const chain = await chainOn(server, 2)
  const failing = [...server.open].at(-1)
  failing?.answer({ error: new Error('no'), stale: false } as unknown as OperationResult<List>)
  expect([chain.error?.message, rowsOf(chain)]).toEqual(['no', 'abcdef'])
})

it('shows what it had until another question has its first answer', async () => {
  const chain = await chainOn(serverOf(...'abc'), 2)
  chain.restart(serverOf('x', 'y').ask)
  expect(rowsOf(chain)).toBe('abc')
  await settle()
  expect(rowsOf(chain)).toBe('xy')
})

it.each([[1, undefined], [2, 2], [2.7, 2], [1e9, 100], ['3', undefined], [Number.NaN, undefined]])('reads %j pages as %j', (given, read) => {
  expect(readPages(given)).toBe(read)
})
