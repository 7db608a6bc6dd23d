import type { CDPSession, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { LINES, longRun } from './longRun'
import { Run } from './pages/run'
import { admin } from './people'
import { placesOf } from './places'
import { stageOf } from './stage'

const ROUNDS = 5
const stage = stageOf('embedded')

/** How long something took by the clock, and how long the whole browser worked for it: that, other programs hardly change. */
interface Cost {
  clock: number
  work: number
}

/**
 * How fast a page of a hundred thousand lines opens, beside a page that fetches the same bytes and shows them in one
 * element, and beside a run with a short log; how it scrolls, and how much memory it takes. The browser knows the
 * portal's files, as that of somebody who was there before.
 */
test('a log of a hundred thousand lines', async () => {
  const id = await longRun(stage.installation)
  const { '/runs/$runId': short } = await placesOf(await stage.installation.api(admin.email))
  const page = await stage.seats.of(admin)
  const meter = await Meter.on(page)
  const costs: Record<'long' | 'bare' | 'short', Cost[]> = { long: [], bare: [], short: [] }
  for (let round = 0; round <= ROUNDS; round += 1) {
    const measured = { long: await meter.of(() => openLog(page, `/runs/${id}`)), bare: await meter.of(() => openBare(page, id)), short: await meter.of(() => openLog(page, short)) }
    if (round === 0) continue // it fills the browser's cache
    for (const [name, cost] of Object.entries(measured)) costs[name as keyof typeof costs].push(cost)
  }
  await openLog(page, `/runs/${id}`)
  const heap = await meter.heap()
  let frames: number[] = []
  const scrolling = await meter.of(async () => { frames = await scroll(page) })
  const figures = Object.fromEntries(Object.entries(costs).map(([name, list]) => [name, { clock: median(list.map(({ clock }) => clock)), work: median(list.map(({ work }) => work)) }])) as Record<keyof typeof costs, Cost>
  say(`| a log of ${String(LINES)} lines | by the clock | work of the browser |`)
  for (const [name, { clock, work }] of Object.entries(figures)) say(`| ${NAMES[name as keyof typeof NAMES]} | ${ms(clock)} | ${ms(work)} |`)
  say(`| ratio to the same bytes in one element | ${ratio(figures.long.clock, figures.bare.clock)} | ${ratio(figures.long.work, figures.bare.work)} |`)
  say(`| scrolling: time of a frame, median, 95th, worst | ${[0.5, 0.95, 1].map((part) => ms(quantile(frames, part))).join(', ')} | ${ms(scrolling.work / frames.length)} a frame |`)
  say(`| JS heap | ${ratio(heap, 1e6)} MB | |`)
  expect(stage.seats.faults).toEqual([])
})

const NAMES = { long: 'navigation to its last line', bare: 'the same bytes in one element of a bare page', short: 'navigation to the last line of a short log' }
const say = (line: string) => process.stdout.write(`${line}\n`)
const ms = (value: number) => `${value.toFixed(value < 100 ? 1 : 0)} ms`
const ratio = (a: number, b: number) => (a / b).toFixed(2)

/** Measures what a page costs. */
class Meter {
  private constructor(
    private readonly page: Page,
    private readonly browser: CDPSession,
  ) {}

  static async on(page: Page): Promise<Meter> {
    const browser = page.context().browser()
    if (!browser) throw new Error('the page has no browser')
    return new Meter(page, await browser.newBrowserCDPSession())
  }

  async of(act: () => Promise<void>): Promise<Cost> {
    const [worked, began] = [await this.worked(), performance.now()]
    await act()
    return { clock: performance.now() - began, work: (await this.worked()) - worked }
  }

  /** Bytes that are in use. */
  async heap(): Promise<number> {
    const session = await this.page.context().newCDPSession(this.page)
    await session.send('HeapProfiler.collectGarbage')
    const { usedSize } = await session.send('Runtime.getHeapUsage')
    return usedSize
  }

  private async worked(): Promise<number> {
    const { processInfo } = await this.browser.send('SystemInfo.getProcessInfo')
    return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime * 1_000, 0)
  }
}

/** Opens a run's log, and waits until its last line is there. */
async function openLog(page: Page, path: string): Promise<void> {
  await page.goto(`${path}?tab=log`, { waitUntil: 'commit' })
  await new Run(page, 'en').log.getByText(/^Apply complete!/).last().waitFor()
}

/** The least that can be done: the bytes, shown as they are, scrolled to their end. */
async function openBare(page: Page, id: string): Promise<void> {
  await page.route('**/bare', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><pre id="log"></pre>' }))
  await page.goto('/bare', { waitUntil: 'commit' })
  await page.evaluate(async (path) => {
    const text = await (await fetch(path)).text()
    const log = document.querySelector('#log')
    if (!log) throw new Error('the page is empty')
    log.textContent = text
    log.scrollIntoView({ block: 'end' })
    await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted, 0)))
  }, `/runs/${id}/log`)
}

/** Scrolls through all of it as a wheel in a hurry does, and gives the time of each frame. */
function scroll(page: Page): Promise<number[]> {
  return page.evaluate(async () => {
    const frame = document.querySelector<HTMLElement>('[data-log-frame]')
    if (!frame) throw new Error('there is no log')
    const times: number[] = []
    let before = 0
    frame.scrollTop = 0
    await new Promise<void>((done) => {
      const step = (now: number) => {
        if (before) times.push(now - before)
        before = now
        frame.scrollTop += times.length < 240 ? 120 : frame.scrollHeight / 240
        if (times.length < 480) requestAnimationFrame(step)
        else done()
      }
      requestAnimationFrame(step)
    })
    return times
  })
}

function quantile(values: number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
}

const median = (values: number[]) => quantile(values, 0.5)
