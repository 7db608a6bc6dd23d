import { writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import type { Installation } from '../installation'
import { addLibrary } from '../library'
import { settled } from '../pages/portal'
import { Workers } from '../pages/workers'
import { admin } from '../people'
import { request } from '../requests'
import type { Stage } from '../stage'
import { wordsIn } from '../words'

/** Works until a file is there. */
const patient = (file: string) => `resource "terraform_data" "patient" {
  provisioner "local-exec" {
    command = "until test -e ${file}; do sleep 0.1; done"
  }
}
`

/** An administrator looks after the queue: stops it, sees what waits and who has what, puts a run back, lets it go on. */
export function queue(stage: Stage) {
  describe('an administrator', () => {
    test('stops the queue, sees what waits, and lets it go on, without loading the page again', async () => {
      const t = wordsIn('en')
      const page = await stage.seats.of(admin)
      await page.goto('/admin/workers')
      await settled(page, 'en')
      await page.evaluate(() => Object.assign(window, { neverReloaded: true }))
      const workers = new Workers(page, 'en')
      await workers.pauseAll()
      await workers.worker(t('worker.status.paused')).first().waitFor()

      const asked = request(stage.installation, { by: admin, acronym: 'PARCELS', template: 'published-site', name: 'patience', inputs: { title: 'Patience' } }, 'AWAITING_APPROVAL')
      const row = workers.waiting('patience')
      await row.waitFor()
      expect(await row.textContent()).toContain(t('worker.priority.plan'))
      await workers.putBack(row, 'waiting')
      expect(await row.count()).toBe(1)

      await workers.resumeAll()
      await asked
      await row.waitFor({ state: 'detached' })
      expect(await page.evaluate(() => 'neverReloaded' in window)).toBe(true)
    })

    test('sees who has a run, and puts it back: its worker gives it up, and it is done again', async () => {
      const file = `${stage.installation.folder}/go-on`
      await addLibrary(stage.installation, 'Patient', [{ name: 'patient', title: { en: 'Patient', fr: 'Patient' }, code: patient(file) }])
      const done = request(stage.installation, { by: admin, acronym: 'PARCELS', template: 'patient', name: 'held' }, 'SUCCEEDED')
      const page = await stage.seats.of(admin)
      await page.goto('/admin/workers')
      const workers = new Workers(page, 'en')
      const held = workers.held('held').filter({ hasText: wordsIn('en')('worker.applying') })
      await held.waitFor()
      expect(await held.textContent()).toMatch(/lease for another \d+/)
      const attempts = await attemptsOf(stage.installation, 'held')
      await workers.putBack(held, 'held')
      await expect.poll(() => attemptsOf(stage.installation, 'held'), { timeout: 60_000 }).toBeGreaterThan(attempts)
      await writeFile(file, '')
      await done
      await held.waitFor({ state: 'detached' })
      await page.goto('/audit')
      await page.getByText(wordsIn('en')('audit.type.runRequeued')).first().waitFor()
      expect(stage.seats.faults).toEqual([])
    })
  })
}

async function attemptsOf(installation: Installation, resource: string): Promise<number> {
  const api = await installation.api(admin.email)
  const { resources } = await api.ask<{ resources: { edges: { node: { lastRun: { attempt: number } } }[] } }>('query ($name: String!) { resources(where: { name: $name }) { edges { node { lastRun { attempt } } } } }', { name: resource })
  return resources.edges[0]?.node.lastRun.attempt ?? 0
}
