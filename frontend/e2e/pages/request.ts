import type { Locator } from 'playwright-core'
import { Portal } from './portal'

/** From the catalog to the sent form. */
export class Request extends Portal {
  async choose(template: string): Promise<void> {
    await this.goTo('catalog')
    await this.page.getByRole('main').getByRole('link', { name: template, exact: true }).click()
    await this.heading(template).waitFor()
    await this.page.getByRole('link', { name: this.t('template.request'), exact: true }).click()
    await this.heading(this.t('resource.request.title', { title: template })).waitFor()
  }

  async into(project: string): Promise<void> {
    await this.page.getByRole('combobox', { name: this.t('resource.request.project') }).click()
    await this.page.getByRole('option', { name: project }).click()
  }

  field(label: string): Locator {
    return this.page.getByRole('main').getByRole('textbox', { name: label, exact: true })
  }

  /** What is said to be wrong with a field: the texts that describe it to a screen reader. */
  complaint(field: Locator): Promise<string> {
    return field.evaluate((input) => {
      if (input.getAttribute('aria-invalid') !== 'true') return ''
      const ids = (input.getAttribute('aria-describedby') ?? '').split(' ')
      return ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' ')
    })
  }

  /** The list of all that is wrong, at the top of the form. */
  get mistakes(): Locator {
    return this.page.getByRole('alert').filter({ has: this.page.getByRole('list') })
  }

  get name(): Locator {
    return this.field(this.t('resource.request.name'))
  }

  async send(): Promise<void> {
    await this.page.getByRole('button', { name: this.t('resource.request.send'), exact: true }).click()
  }
}
