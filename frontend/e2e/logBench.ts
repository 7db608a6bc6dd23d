import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { LINES, longRun } from './longRun'
import { type Cost, Meter, median, ms, ratio, say, scroll, spread } from './meter'
import { Run } from './pages/run'
import { admin } from './people'
import { placesOf } from './places'
import { stageOf } from './stage'

const ROUNDS = 5
const stage = stageOf('embedded')

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
  const { heap } = await meter.held()
  let frames: number[] = []
  const scrolling = await meter.of(async () => { frames = await scroll(page, '[data-log-frame]', { slow: 240, fast: 240 }) })
  const figures = Object.fromEntries(Object.entries(costs).map(([name, list]) => [name, { clock: median(list.map(({ clock }) => clock)), work: median(list.map(({ work }) => work)) }])) as Record<keyof typeof costs, Cost>
  say(`| a log of ${String(LINES)} lines | by the clock | work of the browser |`)
  for (const [name, { clock, work }] of Object.entries(figures)) say(`| ${NAMES[name as keyof typeof NAMES]} | ${ms(clock)} | ${ms(work)} |`)
  say(`| ratio to the same bytes in one element | ${ratio(figures.long.clock, figures.bare.clock)} | ${ratio(figures.long.work, figures.bare.work)} |`)
  say(`| scrolling: time of a frame, median, 95th, worst | ${spread(frames)} | ${ms(scrolling.work / frames.length)} a frame |`)
  say(`| JS heap | ${ratio(heap, 1e6)} MB | |`)
  expect(stage.seats.faults).toEqual([])
})

const NAMES = { long: 'navigation to its last line', bare: 'the same bytes in one element of a bare page', short: 'navigation to the last line of a short log' }

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
