import type { Locator } from 'playwright-core'
import { Portal } from './portal'

/** The table of the servers, where it stands alone and in an import's page. */
export class Servers extends Portal {
  get search(): Locator {
    return this.page.getByRole('searchbox', { name: this.t('server.filter.search') })
  }

  line(hostname: string): Locator {
    return this.page.getByRole('table', { name: this.t('server.title') }).getByRole('row').filter({ hasText: hostname })
  }

  async choose(hostname: string): Promise<void> {
    await this.page.getByRole('checkbox', { name: this.t('server.table.select', { name: hostname }) }).click()
  }

  async open(hostname: string): Promise<void> {
    await this.line(hostname).getByRole('link', { name: hostname }).click()
    await this.heading(hostname).waitFor()
  }

  /** Makes a move with what is chosen, with a reason where one is given. */
  async move(move: 'ACCEPT' | 'REJECT' | 'MAINTAIN', reason = ''): Promise<void> {
    const name = this.t(`server.move.name.${move}`)
    await this.page.getByRole('button', { name, exact: true }).click()
    const dialog = this.page.getByRole('dialog')
    await dialog.getByLabel(this.t('server.move.reason'), { exact: true }).fill(reason)
    await dialog.getByRole('button', { name, exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
  }
}
