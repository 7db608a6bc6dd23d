import type { Locator, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { Portal } from '../pages/portal'
import { Run } from '../pages/run'
import { SignIn } from '../pages/signIn'
import { claire, emma } from '../people'
import { requestSite } from '../requests'
import type { Stage } from '../stage'
import { wordsIn } from '../words'

/** Without a mouse, or with a telephone: one can approve. */
export function anybody(stage: Stage) {
  const t = wordsIn('fr')

  describe('somebody without a mouse', () => {
    test('signs in and approves by keyboard alone', async () => {
      await requestSite(stage.installation, emma, 'PARCELS', 'by-keyboard')
      const page = await stage.seats.stranger({ language: 'fr' })
      await page.goto('/sign-in')
      const signIn = new SignIn(page, 'fr')
      await tabTo(page, signIn.email)
      await page.keyboard.type(claire.email)
      await tabTo(page, signIn.password)
      await page.keyboard.type(await stage.installation.passwordOf(claire.email))
      await page.keyboard.press('Enter')
      const row = new Portal(page, 'fr').row(t('home.awaiting.title'), 'by-keyboard').getByRole('link')
      await row.waitFor()
      await tabTo(page, row)
      await page.keyboard.press('Enter')
      const run = new Run(page, 'fr')
      await run.becomes('AWAITING_APPROVAL')
      await tabTo(page, run.approve)
      await page.keyboard.press('Enter')
      await run.becomes('SUCCEEDED')
    })
  })

  describe('somebody with a telephone', () => {
    test('approves without scrolling sideways', async () => {
      await requestSite(stage.installation, emma, 'PARCELS', 'by-telephone')
      const page = await stage.seats.of(claire, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
      await new Portal(page, 'fr').row(t('home.awaiting.title'), 'by-telephone').getByRole('link').tap()
      const run = new Run(page, 'fr')
      await run.becomes('AWAITING_APPROVAL')
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
      await run.approve.tap()
      await run.becomes('SUCCEEDED')
      expect(stage.seats.faults).toEqual([])
    })
  })
}

const FAR = 80

/** Presses Tab until something has the focus, as somebody would who sees where it is. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor()
  for (let pressed = 0; pressed < FAR; pressed++) {
    if (await target.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`${String(FAR)} times Tab did not lead to ${String(target)}`)
}
