import { describe, expect, test } from 'vitest'
import type { Installation } from '../installation'
import { addLibrary } from '../library'
import { Request } from '../pages/request'
import { Run } from '../pages/run'
import { admin, emma } from '../people'
import type { Stage } from '../stage'
import { wordsIn } from '../words'

/** What goes wrong is said where it is, and nothing half-made stays. */
export function mistakes(stage: Stage) {
  describe('a mistake', () => {
    const t = wordsIn('en')

    test('in a form shows at its field, before any run', async () => {
      const page = await stage.seats.of(emma)
      const request = new Request(page, 'en')
      const runs = await runsOf(stage.installation)
      await request.choose('Published site')
      await request.into('Atlas')
      await request.name.fill('9lives')
      await request.field('Text').fill('A site without a title.')
      await request.send()
      await expect.poll(() => request.complaint(request.name)).toContain(t('resource.request.nameHelp'))
      await expect.poll(() => request.complaint(request.field('Title'))).toContain(t('form.wrong.required'))
      await expect.poll(() => request.name.evaluate((field) => field === document.activeElement)).toBe(true)
      await request.mistakes.getByRole('link', { name: 'Title', exact: true }).click()
      await expect.poll(() => request.field('Title').evaluate((field) => field === document.activeElement)).toBe(true)

      await request.name.fill('guide')
      await request.field('Title').fill('x'.repeat(121))
      await request.send()
      await expect.poll(() => request.complaint(request.field('Title'))).toContain('The title has 1 to 120 characters.')

      await request.field('Title').fill('A name that is taken')
      await request.send()
      await expect.poll(() => request.complaint(request.name)).toMatch(/guide|name/i)
      expect(page.url()).toContain('/request')
      expect(await runsOf(stage.installation)).toBe(runs)
    })

    test('in a template shows with the tool’s own words, file and line, and can be tried again', async () => {
      await addLibrary(stage.installation, 'Mistakes', [{ name: 'doomed', title: { en: 'Doomed', fr: 'Condamné' }, code: DOOMED }])
      const page = await stage.seats.of(admin)
      const request = new Request(page, 'en')
      await request.choose('Doomed')
      await request.into('Archives')
      await request.name.fill('doomed')
      await request.send()
      const run = new Run(page, 'en')
      await run.becomes('FAILED')
      await page.getByText('This template never works.').first().waitFor()
      await page.getByText(/main\.tf:4$/).first().waitFor()
      const failed = page.url()
      await page.getByRole('button', { name: t('run.action.retry') }).click()
      await page.waitForURL((url) => url.href !== failed)
      await run.becomes('FAILED')
      expect(stage.seats.faults).toEqual([])
    })
  })
}

async function runsOf(installation: Installation): Promise<number> {
  const api = await installation.api(admin.email)
  const { runs } = await api.ask<{ runs: { totalCount: number } }>('{ runs { totalCount } }')
  return runs.totalCount
}

const DOOMED = `resource "terraform_data" "doomed" {
  lifecycle {
    precondition {
      condition     = terraform.workspace == "never"
      error_message = "This template never works."
    }
  }
}
`
