import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type axe from 'axe-core'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { settled } from '../pages/portal'
import { admin } from '../people'
import { placesOf } from '../places'
import type { Stage } from '../stage'
import { LANGUAGES } from '../words'

/** Run in the page without a script element: its content policy allows none. */
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Every page there is, in both languages, light and dark: axe finds nothing. */
export function everyPage(stage: Stage) {
  describe.each(LANGUAGES)('every page, in %s', (language) => {
    test('has nothing that axe objects to, light or dark', async () => {
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
        for (const scheme of ['light', 'dark'] as const) {
          await wear(page, scheme)
          found.push(...(await objections(page)).map((what) => `${path} (${scheme}): ${what}`))
        }
        expect(await page.evaluate(() => document.documentElement.lang)).toBe(language)
      }
      expect(found).toEqual([])
      expect(stage.seats.faults).toEqual([])
    })
  })
}

/** Changes the colours and waits until none of them is still on its way. */
async function wear(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme })
  await page.waitForFunction((scheme) => document.documentElement.dataset.mantineColorScheme === scheme, colorScheme)
  await page.waitForFunction(() => !document.getAnimations().some((animation) => animation instanceof CSSTransition))
}

async function objections(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  const { violations } = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'] }))
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}: ${node.any[0]?.message ?? node.html}`))
}
