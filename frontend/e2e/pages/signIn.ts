import type { Page } from 'playwright-core'
import { type Language, wordsIn } from '../words'

export class SignIn {
  private readonly t

  constructor(
    private readonly page: Page,
    language: Language,
  ) {
    this.t = wordsIn(language)
  }

  get email() {
    return this.page.getByLabel(this.t('auth.email'))
  }

  get password() {
    return this.page.getByLabel(this.t('auth.password'), { exact: true })
  }

  /** Signs in and waits for the home page. */
  async as(email: string, password: string): Promise<void> {
    await this.email.fill(email)
    await this.password.fill(password)
    await this.page.getByRole('button', { name: this.t('auth.signIn') }).click()
    await this.page.getByRole('navigation', { name: this.t('shell.nav.label') }).waitFor()
  }
}
