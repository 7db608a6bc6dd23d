import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { manyServers, SERVERS } from './manyServers'
import { type Held, Meter, late, ms, say, scroll, spread } from './meter'
import { admin } from './people'
import { stageOf } from './stage'

const FRAME = '[data-server-frame]'
const BARE = '#bare'
/** Ten seconds of a wheel that never rests, at sixty frames a second: about 1,600 rows. */
const WHEEL = { slow: 600, fast: 0 }
/** What may be more at the end of a hundred thousand rows than after some thousand: their cursors, and what waits to be thrown away. */
const MORE_BYTES = 8e6
const MORE_NODES = 1.25
/** A machine that does other things as well does not come to the end in reasonable time; the aim is the same. */
const LIMIT_MS = 180_000

const stage = stageOf('embedded')

/** How the servers' table scrolls, and what it holds before and after all of it went by, beside the least that scrolls as many rows. */
test('a table of a hundred thousand servers', async () => {
  const provider = await manyServers(await stage.installation.api(admin.email))
  const page = await stage.seats.of(admin)
  await page.setViewportSize({ width: 1440, height: 900 })
  const meter = await Meter.on(page)

  await openBare(page)
  const bare = await timesOf(meter, page, BARE)
  await page.goto(`/servers?provider=${provider}`)
  await page.getByRole('link', { name: /^node-000000/ }).waitFor()
  const table = await timesOf(meter, page, FRAME)
  const before = await meter.held()
  let rows = 0
  const through = await meter.of(async () => { rows = await throughAll(page) })
  const after = await meter.held()

  say(`| scrolling ${String(SERVERS)} servers | frame: median, 95th, worst | over 25 ms | work of the browser a frame |`)
  say(`| the portal's table | ${spread(table.frames)} | ${late(table.frames)} | ${ms(table.work)} |`)
  say(`| as many rows of bare elements, their text already there | ${spread(bare.frames)} | ${late(bare.frames)} | ${ms(bare.work)} |`)
  say(`| what it holds | ${holds(before)} | after ${String(rows)} rows: ${holds(after)} | ${ms(through.clock / rows)} a row by the clock |`)
  expect(after.heap).toBeLessThan(before.heap + MORE_BYTES)
  expect(after.nodes).toBeLessThan(before.nodes * MORE_NODES)
  expect(stage.seats.faults).toEqual([])
})

const holds = ({ heap, nodes }: Held) => `${(heap / 1e6).toFixed(1)} MB of scripts, ${String(nodes)} nodes`

async function timesOf(meter: Meter, page: Page, element: string): Promise<{ frames: number[]; work: number }> {
  let frames: number[] = []
  const { work } = await meter.of(async () => { frames = await scroll(page, element, WHEEL) })
  return { frames, work: work / frames.length }
}

/** Scrolls on, a hundred rows a frame at most, to the last of all or for as long as there is time; answers how many rows went by. */
async function throughAll(page: Page): Promise<number> {
  return page.evaluate(async ([element, limit]) => {
    const frame = document.querySelector<HTMLElement>(element)
    const table = frame?.querySelector('[role=table]')
    if (!frame || !table) throw new Error('there is no table')
    const end = performance.now() + limit
    const over = () => performance.now() > end || (table.getAttribute('aria-rowcount') !== '-1' && frame.scrollTop + frame.clientHeight >= frame.scrollHeight - 1)
    await new Promise<void>((done) => {
      const step = () => {
        frame.scrollTop += 4_400
        if (over()) done()
        else requestAnimationFrame(step)
      }
      requestAnimationFrame(step)
    })
    return Math.max(...[...table.querySelectorAll('[role=row]')].map((row) => Number(row.getAttribute('aria-rowindex')) - 1))
  }, [FRAME, LIMIT_MS] as const)
}

/** The least that can be done: rows of plain text in a window over as long a list, written anew at each step of the wheel. */
async function openBare(page: Page): Promise<void> {
  await page.route('**/bare', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><div id="bare" style="height:600px;overflow:auto;font:14px sans-serif"><div id="sheet" style="position:relative"></div></div>' }))
  await page.goto('/bare')
  await page.evaluate((rows) => {
    const height = 44
    const frame = document.querySelector<HTMLElement>('#bare')
    const sheet = document.querySelector<HTMLElement>('#sheet')
    if (!frame || !sheet) throw new Error('the page is empty')
    sheet.style.height = `${String(rows * height)}px`
    const show = () => {
      const first = Math.max(0, Math.floor(frame.scrollTop / height) - 10)
      sheet.replaceChildren(
        ...Array.from({ length: Math.min(34, rows - first) }, (_, at) => {
          const row = document.createElement('div')
          row.style.cssText = `position:absolute;top:${String((first + at) * height)}px;display:grid;grid-template-columns:repeat(9,1fr);width:100%`
          for (let cell = 0; cell < 9; cell += 1) row.append(Object.assign(document.createElement('div'), { textContent: `node-${String(first + at)}-${String(cell)}` }))
          return row
        }),
      )
    }
    frame.addEventListener('scroll', show)
    show()
  }, SERVERS)
}
