import { describe, expect, test } from 'vitest'
import { LINES, longRun } from '../longRun'
import { Run } from '../pages/run'
import { admin } from '../people'
import type { Stage } from '../stage'
import { wordsIn } from '../words'

/** A log of a hundred thousand lines: all of it can be reached, and little of it is in the page. */
export function longLog(stage: Stage) {
  describe('a log of a hundred thousand lines', () => {
    const t = wordsIn('en')

    test('opens at its end, is searched, linked to and had as it is', async () => {
      const id = await longRun(stage.installation)
      const page = await stage.seats.of(admin)
      await page.goto(`/runs/${id}?tab=log`)
      const { log } = new Run(page, 'en')
      await log.getByText(/^Apply complete!/).waitFor()
      const lines = log.getByRole('link', { name: /^Line \d/ })
      expect(await lines.count()).toBeLessThan(120)

      const { pathname } = new URL(await page.getByRole('link', { name: t('run.log.download') }).getAttribute('href') ?? '', stage.installation.url)
      const raw = await (await page.request.get(pathname)).text()
      const written = raw.split('\n')
      const creating = written.filter((line) => /still creating/i.test(line)).length
      expect(creating).toBeGreaterThanOrEqual(LINES)
      const field = page.getByRole('searchbox', { name: t('run.log.search') })
      await field.fill('node[054321]')
      await page.getByRole('tabpanel').getByText(t('run.log.match', { at: 1, of: 1 }), { exact: true }).waitFor()
      await log.getByText('node[054321]').first().waitFor()
      await field.fill('still creating')
      await page.getByRole('tabpanel').getByText(t('run.log.match', { at: 1, of: creating.toLocaleString('en') }), { exact: true }).waitFor()
      await field.press('Enter')
      await page.getByRole('tabpanel').getByText(t('run.log.match', { at: 2, of: creating.toLocaleString('en') }), { exact: true }).waitFor()
      await field.press('Shift+Enter')
      await field.press('Shift+Enter')
      await log.getByText(`node[${String(LINES)}]`).waitFor()
      await field.press('Escape')

      await log.press('Home')
      await log.getByRole('link', { name: 'Line 1', exact: true }).waitFor()
      expect(raw, 'colours are taken out before secrets are looked for').not.toContain('\u001b')
      await page.goto(`/runs/${id}?line=${String(written.findIndex((one) => one.includes('red and green')) + 1)}`)
      expect(await log.locator('[data-chosen]').innerText()).toContain('red and green')
      await log.getByRole('button', { name: /more characters/ }).first().waitFor()
      await log.press('Home')

      const line = log.getByRole('link', { name: 'Line 9', exact: true })
      await line.click()
      await expect.poll(() => new URL(page.url()).searchParams.get('line')).toBe('9')
      await log.getByRole('link', { name: 'Line 12', exact: true }).click({ modifiers: ['Shift'] })
      await expect.poll(() => new URL(page.url()).searchParams.get('line')).toBe('9-12')

      await page.goto(`/runs/${id}?line=60000`)
      await log.getByRole('link', { name: 'Line 60000', exact: true }).waitFor()
      await expect.poll(() => log.locator('[data-chosen]').count()).toBe(1)

      const numbered = written.findIndex((one) => one.includes('node[054321]'))
      await page.goto(`/runs/${id}?line=${String(numbered + 1)}`)
      await log.locator('[data-chosen]').getByText('node[054321]').waitFor()
      expect(stage.seats.faults).toEqual([])
    })
  })
}
