import type { Locator } from 'playwright-core'
import type { RunStatus } from '../../src/gql/graphql'
import { Portal } from './portal'

export class Run extends Portal {
  /** Waits until the page, by itself, shows a status. */
  async becomes(status: RunStatus): Promise<void> {
    await this.page.waitForURL(/\/runs\/run_/)
    await this.page.getByRole('main').getByText(this.t(`run.status.${status}`), { exact: true }).first().waitFor()
  }

  /** A step that is done. */
  step(name: 'plan' | 'apply'): Locator {
    return this.page
      .getByRole('listitem')
      .filter({ has: this.page.getByRole('img', { name: this.t('run.steps.status.DONE'), exact: true }) })
      .filter({ hasText: this.t(`run.steps.name.${name}`) })
      .last()
  }

  async open(tab: 'plan' | 'log'): Promise<void> {
    await this.page.getByRole('tab', { name: this.t(`run.tab.${tab}`), exact: true }).click()
  }

  get log(): Locator {
    return this.page.getByRole('region', { name: this.t('run.log.label'), exact: true })
  }

  /** What the plan does with one thing. */
  change(address: string): Locator {
    return this.page.getByRole('tabpanel').getByRole('listitem').filter({ hasText: address })
  }

  get approve(): Locator {
    return this.page.getByRole('button', { name: this.t('run.approval.approve'), exact: true })
  }

  async comment(text: string): Promise<void> {
    await this.page.getByRole('textbox', { name: this.t('run.approval.comment') }).fill(text)
  }
}
