import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { Request } from '../pages/request'
import { Resource } from '../pages/resource'
import { Portal } from '../pages/portal'
import { Run } from '../pages/run'
import { carlos, claire, emma, gaspard, type Person } from '../people'
import type { Stage } from '../stage'
import { type Language, wordsIn } from '../words'

/** Who takes which part, and the words of the catalog that they read. */
interface Cast {
  language: Language
  requester: Person
  approver: Person
  watcher: Person
  project: { acronym: string; name: string }
  name: string
  template: string
  field: { title: string; text: string }
}

const MAPS = { acronym: 'MAPS', name: 'Atlas' }

const CASTS: Cast[] = [
  { language: 'en', requester: carlos, approver: emma, watcher: emma, project: MAPS, name: 'coastline', template: 'Published site', field: { title: 'Title', text: 'Text' } },
  { language: 'fr', requester: claire, approver: claire, watcher: gaspard, project: MAPS, name: 'littoral', template: 'Site publié', field: { title: 'Titre', text: 'Texte' } },
]

/** A wish becomes a site, changes and goes away; somebody else sees it all happen. */
export function newcomer(stage: Stage) {
  describe.each(CASTS)('a newcomer, in $language', (cast) => {
    const t = wordsIn(cast.language)

    test('requests a site, sees it planned, approved and applied, changes it and has it destroyed', async () => {
      const page = await stage.seats.of(cast.requester)
      const watcher = await stage.seats.of(cast.watcher)
      const seen = await watch(watcher, cast)

      const request = new Request(page, cast.language)
      await request.choose(cast.template)
      await request.into(cast.project.name)
      await request.name.fill(cast.name)
      await request.field(cast.field.title).fill('Where the sea begins')
      await request.field(cast.field.text).fill('One line on a map.')
      await request.send()

      const run = new Run(page, cast.language)
      await run.becomes('AWAITING_APPROVAL')
      await run.step('plan').waitFor()
      await run.open('log')
      await run.log.getByText(/terraform_data\.page/).first().waitFor()
      await run.open('plan')
      await run.change('terraform_data.page').getByText(t('run.plan.action.CREATE'), { exact: true }).waitFor()
      await seen.shows('PENDING_APPROVAL')

      await decide(stage, cast, page)
      await run.becomes('SUCCEEDED')
      await run.step('apply').waitFor()
      const address = `${stage.installation.url}/sites/maps/${cast.name}/`
      const link = page.getByRole('main').getByRole('link', { name: address, exact: true })
      await link.waitFor()
      await seen.shows('READY')

      const [site] = await Promise.all([page.context().waitForEvent('page'), link.click()])
      await site.getByRole('heading', { name: 'Where the sea begins' }).waitFor()

      const resource = new Resource(page, cast.language)
      await page.getByRole('main').getByRole('link', { name: cast.name, exact: true }).first().click()
      await resource.heading(cast.name).waitFor()
      await resource.change(cast.name)
      await request.field(cast.field.title).fill('Where the sea ends')
      await resource.planTheChange()
      await run.becomes('AWAITING_APPROVAL')
      const change = run.change('terraform_data.page')
      await change.getByText('Where the sea begins').first().waitFor()
      await change.getByText('Where the sea ends').first().waitFor()
      await decide(stage, cast, page)
      await run.becomes('SUCCEEDED')
      await site.reload()
      await site.getByRole('heading', { name: 'Where the sea ends' }).waitFor()

      const owner = await stage.seats.of(cast.approver)
      await new Portal(owner, cast.language).goTo('projects')
      await owner.getByRole('main').getByRole('link', { name: cast.project.name }).click()
      await new Portal(owner, cast.language).row(t('project.tab.resources'), cast.name).getByRole('link').click()
      const mine = new Resource(owner, cast.language)
      await mine.becomes('READY')
      await mine.destroy(cast.name)
      const last = new Run(owner, cast.language)
      await last.becomes('AWAITING_APPROVAL')
      await last.change('terraform_data.site').getByText(t('run.plan.action.DELETE'), { exact: true }).waitFor()
      await last.approve.click()
      await last.becomes('SUCCEEDED')
      await seen.isGone()
      expect((await site.reload())?.status()).toBe(404)
      expect(await seen.wasNeverReloaded()).toBe(true)
      expect(stage.seats.faults).toEqual([])
    })
  })
}

/** Answers the question of the run on the screen: where it is, or on the approver's own, from what awaits him or her. */
async function decide(stage: Stage, cast: Cast, page: Page): Promise<void> {
  if (cast.approver === cast.requester) {
    await new Run(page, cast.language).approve.click()
    return
  }
  expect(await new Run(page, cast.language).approve.count()).toBe(0)
  const t = wordsIn(cast.language)
  const approver = await stage.seats.of(cast.approver)
  await new Portal(approver, cast.language).row(t('home.awaiting.title'), cast.name).getByRole('link').click()
  const run = new Run(approver, cast.language)
  await run.comment('Go on.')
  await run.approve.click()
  await run.becomes('SUCCEEDED')
  await approver.context().close()
}

/** Somebody who only looks at the project's page and touches nothing. */
async function watch(page: Page, cast: Cast) {
  const t = wordsIn(cast.language)
  await page.goto(`/projects/${cast.project.acronym}`)
  const portal = new Portal(page, cast.language)
  await portal.heading(cast.project.name).waitFor()
  await page.evaluate(() => Object.assign(window, { neverReloaded: true }))
  const row = portal.row(t('project.tab.resources'), cast.name)
  return {
    shows: (status: 'PENDING_APPROVAL' | 'READY') => row.getByText(t(`resource.status.${status}`), { exact: true }).waitFor(),
    isGone: () => row.waitFor({ state: 'detached' }),
    wasNeverReloaded: () => page.evaluate(() => 'neverReloaded' in window),
  }
}
