import type { CDPSession, Page } from 'playwright-core'

/** How long something took by the clock, and how long the whole browser worked for it: that, other programs hardly change. */
export interface Cost {
  clock: number
  work: number
}

/** What a page holds: bytes of its scripts' memory, and nodes of its documents, also of those that are not shown any more. */
export interface Held {
  heap: number
  nodes: number
}

export const say = (line: string) => process.stdout.write(`${line}\n`)
export const ms = (value: number) => `${value.toFixed(value < 100 ? 1 : 0)} ms`
export const ratio = (a: number, b: number) => (a / b).toFixed(2)

/** Measures what a page costs. */
export class Meter {
  private session: CDPSession | undefined

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

  /** What the page holds when nothing is left to be thrown away: bytes of scripts, elements and texts of the document. */
  async held(): Promise<Held> {
    this.session ??= await this.page.context().newCDPSession(this.page)
    await this.session.send('HeapProfiler.enable')
    for (let round = 0; round < 3; round += 1) await this.session.send('HeapProfiler.collectGarbage')
    const { usedSize } = await this.session.send('Runtime.getHeapUsage')
    const { nodes } = await this.session.send('Memory.getDOMCounters')
    return { heap: usedSize, nodes }
  }

  private async worked(): Promise<number> {
    const { processInfo } = await this.browser.send('SystemInfo.getProcessInfo')
    return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime * 1_000, 0)
  }
}

/** How somebody scrolls: so many frames in which the wheel turns a few rows on, then so many in which a part of the whole flies by. */
interface Way {
  slow: number
  fast: number
}

/** Scrolls an element from its top, and gives the time of each frame in milliseconds. */
export function scroll(page: Page, element: string, way: Way): Promise<number[]> {
  return page.evaluate(
    async ([name, { slow, fast }]) => {
      const frame = document.querySelector<HTMLElement>(name)
      if (!frame) throw new Error(`there is no ${name}`)
      const times: number[] = []
      let before = 0
      frame.scrollTop = 0
      await new Promise<void>((done) => {
        const step = (now: number) => {
          if (before) times.push(now - before)
          before = now
          if (times.length >= slow + fast) return done()
          frame.scrollTop += times.length < slow ? 120 : frame.scrollHeight / fast
          requestAnimationFrame(step)
        }
        requestAnimationFrame(step)
      })
      return times
    },
    [element, way] as const,
  )
}

/** The median, the 95th and the worst of times. */
export const spread = (times: number[]) => [0.5, 0.95, 1].map((part) => ms(quantile(times, part))).join(', ')

/** How many frames came too late for sixty a second: the one after them was missed. */
export const late = (times: number[]) => `${String(times.filter((time) => time > 25).length)} of ${String(times.length)}`

function quantile(values: number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
}

export const median = (values: number[]) => quantile(values, 0.5)
