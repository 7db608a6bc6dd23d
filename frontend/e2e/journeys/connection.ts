import { describe, expect, test } from 'vitest'
import { Run } from '../pages/run'
import { admin, claire, emma } from '../people'
import { requestSite } from '../requests'
import type { Stage } from '../stage'
import { wordsIn } from '../words'

/** The server goes away and comes back: who looks on is told, and misses nothing. */
export function connection(stage: Stage) {
  describe('a lost connection', () => {
    test('shows, ends by itself and loses nothing', async () => {
      const t = wordsIn('en')
      const id = await requestSite(stage.installation, emma, 'PARCELS', 'after-the-storm')
      const page = await stage.seats.of(emma)
      await page.goto(`/runs/${id}`)
      const run = new Run(page, 'en')
      await run.becomes('AWAITING_APPROVAL')
      await run.open('log')
      await run.log.getByText(/terraform_data/).first().waitFor()
      await page.evaluate(() => Object.assign(window, { neverReloaded: true }))
      const banner = page.getByRole('status').filter({ hasText: t('shell.connection.lost') })

      await stage.installation.stop()
      await banner.waitFor()
      await stage.installation.start()
      const approver = await stage.installation.api(claire.email)
      await approver.ask('mutation ($input: ApproveRunInput!) { approveRun(input: $input) { userErrors { message } } }', { input: { id } })

      await run.becomes('SUCCEEDED')
      await banner.waitFor({ state: 'detached' })
      await run.step('apply').waitFor()
      await run.open('log')
      await page.getByRole('searchbox', { name: t('run.log.search') }).fill('Apply complete')
      await run.log.getByText(/Apply complete/).first().waitFor()
      expect(await page.evaluate(() => 'neverReloaded' in window)).toBe(true)
      expect(stage.seats.faults).toEqual([])
    })

    test('leaves a wall of health as it was, says so, and shows what happened meanwhile as well as what happens then', async () => {
      const t = wordsIn('en')
      const api = await stage.installation.api(admin.email)
      const { servers } = await api.ask<{ servers: { edges: { node: { hostname: string } }[] } }>('{ servers(first: 1, where: { lifecycleIn: [AVAILABLE] }) { edges { node { hostname } } } }')
      const subjectId = servers.edges[0]?.node.hostname
      const report = (status: string, message: string) => api.ask('mutation ($input: ReportStateInput!) { reportState(input: $input) { userErrors { message } } }', { input: { subjectId, check: 'storm', status, message } })
      const wall = await stage.seats.of({ ...admin, language: 'en' })
      await wall.goto('/health')
      const unwell = wall.getByRole('list', { name: t('health.unwell') })
      await wall.getByRole('list', { name: t('health.counts') }).waitFor()
      await wall.evaluate(() => Object.assign(window, { neverReloaded: true }))
      await report('WARNING', 'clouds')
      await unwell.getByText('clouds').waitFor() // it is connected: what was never there can not be lost

      await stage.installation.stop()
      await wall.getByText(t('health.lost')).waitFor()
      await stage.installation.start()
      await report('CRITICAL', 'hit by the storm')
      await unwell.getByText('hit by the storm').waitFor()
      await wall.getByText(t('health.lost')).waitFor({ state: 'detached' })
      await report('WARNING', 'drying')
      await unwell.getByText('drying').waitFor()
      await report('OK', 'dry')
      await unwell.getByText('drying').waitFor({ state: 'detached' })
      expect(await wall.evaluate(() => 'neverReloaded' in window)).toBe(true)
      expect(stage.seats.faults).toEqual([])
    })
  })
}
