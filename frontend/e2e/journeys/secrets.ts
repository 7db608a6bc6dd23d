import { describe, expect, test } from 'vitest'
import { Portal } from '../pages/portal'
import { Request } from '../pages/request'
import { Resource } from '../pages/resource'
import { Run } from '../pages/run'
import { claire, emma } from '../people'
import type { Stage } from '../stage'
import { wordsIn } from '../words'

const CASTS = [
  { person: emma, project: { acronym: 'MAPS', name: 'Atlas' }, template: 'Project secret', output: 'project_secret' },
  { person: claire, project: { acronym: 'PARCELS', name: 'Archives' }, template: 'Secret du projet', output: 'project_secret' },
]

/** A sensitive output is hidden until somebody asks for it, and the asking is written down. */
export function secrets(stage: Stage) {
  describe.each(CASTS)('a secret, for $person.name', ({ person, project, template, output }) => {
    const t = wordsIn(person.language)

    test('is hidden, is revealed, and the audit trail tells who asked', async () => {
      const page = await stage.seats.of(person)
      const request = new Request(page, person.language)
      await request.choose(template)
      await request.into(project.name)
      await request.name.fill('vault')
      await request.send()
      const run = new Run(page, person.language)
      await run.becomes('SUCCEEDED')
      const resource = new Resource(page, person.language)
      const secret = page.getByRole('main').getByText(/^[0-9a-f]{64}$/)
      await resource.reveal(output).waitFor()
      expect(await secret.count()).toBe(0)
      expect(await page.content()).not.toMatch(/[0-9a-f]{64}/)

      await resource.reveal(output).click()
      await secret.waitFor()
      await new Portal(page, person.language).goTo('audit')
      const told = page.getByRole('main').getByText(t('audit.type.resourceOutputRevealed'), { exact: true }).first()
      await told.waitFor()
      expect(stage.seats.faults).toEqual([])
    })
  })
}
