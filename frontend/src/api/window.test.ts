import { expect, it, vi } from 'vitest'
import { ListWindow, WINDOW_PAGE } from './window'

/** A server with so many rows, which answers when it is told to. */
function serverOf(rows: number) {
  const asked: (string | null)[] = []
  const alive = new Set<string | null>()
  const changed = vi.fn()
  const list = new ListWindow<number>((after, answer) => {
    asked.push(after)
    alive.add(after)
    const from = after === null ? 0 : Number(after)
    const nodes = Array.from({ length: Math.min(WINDOW_PAGE, server.rows - from) }, (_, at) => from + at)
    queueMicrotask(() => { answer({ piece: { nodes, hasNextPage: from + nodes.length < server.rows, endCursor: String(from + nodes.length) } }) })
    return () => { alive.delete(after) }
  }, changed)
  const server = { rows, asked, alive, list }
  return server
}

const settle = () => new Promise((resolve) => { setTimeout(resolve) })

it('reads what is in sight with a neighbour, and tells the rows by their place', async () => {
  const { list, asked } = serverOf(1_000)
  list.show(0, 20)
  await settle()
  expect([list.row(0), list.row(99), list.row(150), list.row(250)]).toEqual([0, 99, 150, undefined])
  expect(asked).toEqual([null, '100'])
  expect([list.count, list.whole]).toEqual([300, false])
})

it('holds few pages however far one scrolls, and comes back by the cursors that it knows', async () => {
  const { list, alive } = serverOf(10_000)
  for (let at = 0; at < 10_000; at += 50) {
    list.show(at, at + 20)
    await settle()
    expect(list.row(at)).toBe(at)
  }
  expect(alive.size).toBeLessThanOrEqual(6)
  expect([list.count, list.whole]).toEqual([10_000, true])
  list.show(5_000, 5_020)
  await settle()
  expect([list.row(5_010), list.row(0), alive.size <= 6]).toEqual([5_010, undefined, true])
})

it('knows the end, and that it has moved', async () => {
  const server = serverOf(150)
  server.list.show(0, 20)
  await settle()
  expect([server.list.count, server.list.whole]).toEqual([150, true])
  server.rows = 350
  server.list.retry()
  await settle()
  server.list.show(120, 149)
  await settle()
  expect(server.list.row(300)).toBeUndefined()
  expect(server.list.count).toBeGreaterThan(150)
  server.rows = 40
  server.list.retry()
  await settle()
  expect([server.list.count, server.list.whole, server.list.rows.length]).toEqual([40, true, 40])
})

it('asks for nothing any more once it is closed', async () => {
  const { list, alive } = serverOf(1_000)
  list.show(0, 20)
  await settle()
  list.close()
  expect(alive.size).toBe(0)
})
