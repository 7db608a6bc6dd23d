import type { Page, Response } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { settled } from '../pages/portal'
import { EVERYBODY, type Person } from '../people'
import type { Stage } from '../stage'
import { wordsIn } from '../words'

/** There are many. */
const MINUTES = 360_000

/** Of each kind of page, as of all servers, so many are opened: a second one shows nothing that the first does not. */
const OF_A_KIND = 1

/** What everybody comes to who follows links: also those who may read one project and nothing else. */
const PATHS = ['/servers', '/servers/*', '/health', '/claims', '/networks', '/networks/*', '/orders', '/orders/*', '/providers/*', '/projects/*', '/projects/*/servers', '/projects/*/claims', '/runs/*', '/resources/*']

/** Every account of the sample organization follows the links that it is shown, from page to page: none shows an error. */
export function everyPerson(stage: Stage) {
  describe.each(EVERYBODY)('$name', (person) => {
    test('sees no error on any page that a link leads to', async () => {
      const page = await stage.seats.of(person)
      const walk = new Walk(page, person)
      await walk.everywhere()
      expect(walk.found).toEqual([])
      expect([...walk.seen.keys()]).toEqual(expect.arrayContaining(PATHS))
      expect(stage.seats.faults).toEqual([])
      await page.context().close()
    }, MINUTES)
  })
}

/** One person's way through all kinds of pages. */
class Walk {
  /** How often each kind of page was opened. */
  readonly seen = new Map<string, number>()
  /** What was wrong, and where. */
  readonly found: string[] = []
  private readonly waiting = ['/']
  private readonly known = new Set(this.waiting)
  private at = '/'

  constructor(
    private readonly page: Page,
    private readonly person: Person,
  ) {
    page.on('response', (response) => { void this.hear(response) })
  }

  async everywhere(): Promise<void> {
    for (let path = this.waiting.shift(); path !== undefined; path = this.waiting.shift()) {
      const kind = kindOf(path)
      const times = this.seen.get(kind) ?? 0
      if (times >= OF_A_KIND) continue
      this.seen.set(kind, times + 1)
      await this.look(path)
    }
  }

  private async look(path: string): Promise<void> {
    this.at = path
    await this.page.goto(path)
    await settled(this.page, this.person.language)
    this.found.push(...(await this.errors()).map((what) => `${path}: ${what}`))
    for (const link of await this.links()) {
      if (this.known.has(link)) continue
      this.known.add(link)
      this.waiting.push(link)
    }
  }

  /** What a page says when it, or a part of it, has nothing to show. A run's own failure is no error of the page. */
  private async errors(): Promise<string[]> {
    const t = wordsIn(this.person.language)
    const words = [t('common.error.load'), t('common.error.boundary'), t('common.error.notFound')]
    const text = await this.page.getByRole('main').innerText()
    return words.filter((word) => text.includes(word))
  }

  /** Where the page leads, within the portal. */
  private async links(): Promise<string[]> {
    const links = await this.page.locator('nav a[href], main a[href]').evaluateAll((all) => all.map((one) => (one as HTMLAnchorElement).href))
    return links.map((link) => new URL(link)).filter((url) => url.origin === new URL(this.page.url()).origin && isPage(url.pathname)).map((url) => url.pathname)
  }

  /** An answer may have errors beside its data: then the page shows the rest, and keeps quiet. */
  private async hear(response: Response): Promise<void> {
    if (new URL(response.url()).pathname !== '/graphql' || !(response.headers()['content-type'] ?? '').includes('json')) return
    const answer = (await response.json().catch(() => ({}))) as { errors?: { message: string; path?: string[] }[] }
    this.found.push(...(answer.errors ?? []).map(({ message, path }) => `${this.at}: ${path?.join('.') ?? ''}: ${message}`))
  }
}

/** A page's address without what names one thing of many. */
function kindOf(path: string): string {
  return path.replace(/[a-z]{3}_[0-9a-z]+/g, '*').replace(/^\/projects\/[A-Z0-9]+/, '/projects/*')
}

/** Sites, states and downloads are not the portal's pages. */
function isPage(path: string): boolean {
  return !/^\/(sites|states|terraform|exports|graphiql)(\/|$)|\.\w+$|\/log$/.test(path)
}
