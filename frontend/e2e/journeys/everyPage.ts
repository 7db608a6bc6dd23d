import { describe, expect, test } from 'vitest'
import { COLOURS, objections, wear } from '../axe'
import { settled } from '../pages/portal'
import { admin } from '../people'
import { placesOf } from '../places'
import type { Stage } from '../stage'
import { LANGUAGES } from '../words'

/** There are many. */
const MINUTES = 360_000

/** Every page there is, in English on light and in French on dark: axe finds nothing. */
export function everyPage(stage: Stage) {
  describe.each(LANGUAGES)('every page, in %s', (language) => {
    test('has nothing that axe objects to', async () => {
      const api = await stage.installation.api(admin.email)
      await api.ask('mutation ($input: UpdateViewerInput!) { updateViewer(input: $input) { userErrors { message } } }', { input: { locale: language } })
      const places = await placesOf(api)
      const member = await stage.seats.of({ ...admin, language })
      const stranger = await stage.seats.stranger({ language })
      const found: string[] = []
      for (const path of Object.values(places)) {
        const page = path === '/sign-in' ? stranger : member
        await page.goto(path)
        await settled(page, language)
        await wear(page, COLOURS[language])
        found.push(...(await objections(page)).map((what) => `${path}: ${what}`))
        expect(await page.evaluate(() => document.documentElement.lang)).toBe(language)
      }
      expect(found).toEqual([])
      expect(stage.seats.faults).toEqual([])
    }, MINUTES)
  })
}
