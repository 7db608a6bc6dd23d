import { access } from 'node:fs/promises'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import type { Installation } from './installation'
import { SignIn } from './pages/signIn'
import type { Person } from './people'

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
const LOCALES = { en: 'en-GB', fr: 'fr-FR' }
const WAIT_MS = 40_000 // much, for machines that do other things too

/** Chromium, and the people who sit in front of it. What goes wrong in a page is kept: it fails the test that looks at it. */
export class Seats {
  readonly faults: string[] = []
  private readonly signedIn = new Map<string, Awaited<ReturnType<BrowserContext['storageState']>>>()

  private constructor(
    private readonly browser: Browser,
    private readonly installation: Installation,
  ) {}

  static async open(installation: Installation): Promise<Seats> {
    await access(CHROMIUM).catch(() => {
      throw new Error(`${CHROMIUM} is missing: install chromium, or name it in CHROMIUM`)
    })
    return new Seats(await chromium.launch({ executablePath: CHROMIUM, args: FLAGS }), installation)
  }

  async close(): Promise<void> {
    await this.browser.close()
  }

  /** A browser of somebody's own in which nobody is signed in. */
  async stranger(options: BrowserContextOptions & { language: Person['language'] }): Promise<Page> {
    const { language, ...rest } = options
    const context = await this.browser.newContext({ baseURL: this.installation.url, locale: LOCALES[language], viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', ...rest })
    context.setDefaultTimeout(WAIT_MS)
    const page = await context.newPage()
    page.on('pageerror', (error) => {
      this.faults.push(`${page.url()}: ${error.message}`)
    })
    return page
  }

  /** A browser of somebody's own on the home page: the first time through the page, then by the cookie of that time. */
  async of(person: Person, options: BrowserContextOptions = {}): Promise<Page> {
    const storageState = this.signedIn.get(person.email)
    const page = await this.stranger({ language: person.language, storageState, ...options })
    if (storageState) {
      await page.goto('/')
      return page
    }
    await page.goto('/sign-in')
    await new SignIn(page, person.language).as(person.email, await this.installation.passwordOf(person.email))
    const { cookies } = await page.context().storageState()
    this.signedIn.set(person.email, { cookies, origins: [] })
    return page
  }
}
