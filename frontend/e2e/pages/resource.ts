import type { Locator } from 'playwright-core'
import type { ResourceStatus } from '../../src/gql/graphql'
import { Portal } from './portal'

export class Resource extends Portal {
  async becomes(status: ResourceStatus): Promise<void> {
    await this.page.getByRole('main').getByText(this.t(`resource.status.${status}`), { exact: true }).first().waitFor()
  }

  async change(name: string): Promise<void> {
    await this.page.getByRole('link', { name: this.t('resource.action.change') }).click()
    await this.heading(this.t('resource.change.title', { name })).waitFor()
  }

  async planTheChange(): Promise<void> {
    await this.page.getByRole('button', { name: this.t('resource.change.send') }).click()
  }

  reveal(output: string): Locator {
    return this.page.getByRole('button', { name: this.t('resource.outputs.reveal', { name: output }) })
  }

  /** Asks for its destruction. The button waits for the name to be typed. */
  async destroy(name: string): Promise<void> {
    await this.page.getByRole('button', { name: this.t('resource.action.more') }).click()
    await this.page.getByRole('menuitem', { name: this.t('resource.action.delete') }).click()
    const dialog = this.page.getByRole('dialog')
    const confirm = dialog.getByRole('button', { name: this.t('resource.delete.action') })
    await dialog.getByRole('textbox').fill(name.slice(1))
    if (await confirm.isEnabled()) throw new Error('a wrong name was enough')
    await dialog.getByRole('textbox').fill(name)
    await confirm.click()
  }
}
