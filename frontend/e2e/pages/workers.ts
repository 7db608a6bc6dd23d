import type { Locator } from 'playwright-core'
import { Portal } from './portal'

/** The page of the workers and the queue. */
export class Workers extends Portal {
  /** The worker's rows that say something. */
  worker(text: string): Locator {
    return this.page.getByRole('list', { name: this.t('worker.list'), exact: true }).getByRole('listitem').filter({ hasText: text })
  }

  waiting(run: string): Locator {
    return this.row(this.t('worker.queue'), run)
  }

  /** A run in some worker's hands. */
  held(run: string): Locator {
    return this.page.getByRole('list', { name: new RegExp(this.t('worker.holdsOf', { name: '.+' })) }).getByRole('listitem').filter({ hasText: run })
  }

  async pauseAll(): Promise<void> {
    await this.page.getByRole('button', { name: this.t('worker.pauseAll') }).click()
    await this.confirm(this.t('worker.pauseAll'))
    await this.page.getByRole('button', { name: this.t('worker.pauseAll') }).waitFor({ state: 'detached' })
  }

  async resumeAll(): Promise<void> {
    await this.page.getByRole('button', { name: this.t('worker.resumeAll') }).click()
    await this.page.getByRole('button', { name: this.t('worker.resumeAll') }).waitFor({ state: 'detached' })
  }

  /** Puts the run of a row back into the queue, after reading what that means. */
  async putBack(row: Locator, what: 'waiting' | 'held'): Promise<void> {
    await row.getByRole('button').filter({ hasText: this.t('worker.requeue.action') }).click()
    const dialog = this.page.getByRole('dialog')
    await dialog.getByText(this.t(`worker.requeue.${what}`, { worker: '' }).trim(), { exact: false }).waitFor()
    await this.confirm(this.t('worker.requeue.action'))
  }

  private async confirm(action: string): Promise<void> {
    const dialog = this.page.getByRole('dialog')
    await dialog.getByRole('button', { name: action, exact: true }).click()
    await dialog.waitFor({ state: 'hidden' })
  }
}
