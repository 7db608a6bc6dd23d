import type { Locator, Page } from 'playwright-core'
import { type Language, wordsIn } from '../words'

/** What every page has: the navigation, the heading, and the lists in it. */
export class Portal {
  protected readonly t

  constructor(
    protected readonly page: Page,
    readonly language: Language,
  ) {
    this.t = wordsIn(language)
  }

  /** Goes by the navigation, as people do: the page is not loaded again. */
  async goTo(place: 'home' | 'projects' | 'catalog' | 'runs' | 'audit'): Promise<void> {
    await this.page.getByRole('navigation', { name: this.t('shell.nav.label') }).getByRole('link', { name: this.t(`shell.nav.${place}`), exact: true }).click()
  }

  heading(text: string | RegExp): Locator {
    return this.page.getByRole('heading', { level: 1, name: text })
  }

  /** The row of a list that speaks of something. */
  row(list: string, text: string): Locator {
    return this.page.getByRole('list', { name: list, exact: true }).getByRole('listitem').filter({ hasText: text })
  }
}

/** Waits until a page shows all that it asked for. */
export async function settled(page: Page, language: Language): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  const loading = page.getByRole('status').filter({ hasText: wordsIn(language)('common.loading') })
  await page.waitForFunction(() => document.fonts.status === 'loaded')
  while ((await loading.count()) > 0) await loading.first().waitFor({ state: 'detached' })
}
