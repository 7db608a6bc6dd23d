import type { Locator } from 'playwright-core'
import { Portal } from './portal'

/** Where a hosting provider's file is read and imported. */
export class ImportPage extends Portal {
  /** Gives it a file, and waits until it says what would happen. */
  async drop(name: string, content: Buffer): Promise<void> {
    await this.page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer: content })
    await this.page.getByRole('heading', { name: this.t('import.outcome.title') }).waitFor()
  }

  /** The row of the preview that speaks of something. */
  preview(text: string): Locator {
    return this.page.getByRole('table', { name: this.t('import.rows.title') }).getByRole('row').filter({ hasText: text })
  }

  /** Which column gives a field. */
  field(name: 'hostname' | 'cores' | 'memory' | 'disk' | 'location'): Locator {
    return this.page.getByRole('combobox', { name: this.t(`import.field.${name}`), exact: true })
  }

  /** Has a column that nothing was read of become a label. */
  async asLabel(header: string): Promise<void> {
    await this.page.getByRole('button', { name: this.t('import.mapping.asLabel', { header }) }).click()
  }

  async importGood(count: number): Promise<void> {
    await this.page.getByRole('button', { name: this.t('import.commitGood', { count, shown: String(count) }) }).click()
  }
}
