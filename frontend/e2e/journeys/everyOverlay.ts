import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { objections, wear } from '../axe'
import { settled } from '../pages/portal'
import { admin } from '../people'
import { placesOf } from '../places'
import type { Stage } from '../stage'
import { type Language, LANGUAGES, wordsIn } from '../words'

type Places = Awaited<ReturnType<typeof placesOf>>

/** Something that opens over a page. */
interface Overlay {
  name: string
  place: keyof Places
  open: (page: Page, t: ReturnType<typeof wordsIn>) => Promise<void>
}

const press = (page: Page, name: string) => page.getByRole('main').getByRole('button', { name, exact: true }).first().click()

/** One of each kind, and every form. */
const OVERLAYS: Overlay[] = [
  { name: 'the palette', place: '/', open: (page) => page.keyboard.press('Control+K') },
  { name: 'the shortcuts', place: '/', open: (page) => page.keyboard.press('Shift+?') },
  { name: 'the menu of the account', place: '/', open: (page, t) => page.getByRole('banner').getByRole('button', { name: t('shell.menu.user') }).click() },
  { name: 'a new project', place: '/projects', open: (page, t) => press(page, t('project.create.open')) },
  { name: 'a new member', place: '/projects/$acronym/members', open: (page, t) => press(page, t('member.add')) },
  { name: 'a new secret', place: '/projects/$acronym/settings', open: (page, t) => press(page, t('setting.secret.add')) },
  { name: 'a new library', place: '/libraries', open: (page, t) => press(page, t('library.add')) },
  { name: 'a new person', place: '/admin/people', open: (page, t) => press(page, t('person.create')) },
  { name: 'the menu of a person', place: '/admin/people', open: (page, t) => press(page, t('person.actionsOf', { name: 'Emma Novak' })) },
  { name: 'a new role', place: '/admin/roles', open: (page, t) => press(page, t('role.create')) },
  { name: 'a question before the queue stands still', place: '/admin/workers', open: (page, t) => press(page, t('worker.pauseAll')) },
  { name: 'a new freeze', place: '/admin/freezes', open: (page, t) => press(page, t('freeze.create')) },
  { name: 'a new token', place: '/profile', open: (page, t) => press(page, t('account.token.create')) },
  { name: 'the menu of a resource', place: '/resources/$resourceId', open: (page, t) => press(page, t('resource.action.more')) },
  {
    name: 'a question before something is destroyed',
    place: '/resources/$resourceId',
    open: async (page, t) => {
      await press(page, t('resource.action.more'))
      await page.getByRole('menuitem', { name: t('resource.action.delete'), exact: true }).click()
    },
  },
]

/** Every dialog, menu and palette, in both languages, light and dark: axe finds nothing, and Escape closes it. */
export function everyOverlay(stage: Stage) {
  describe.each(LANGUAGES)('what opens over a page, in %s', (language) => {
    test('has nothing that axe objects to, light or dark, and closes by Escape', async () => {
      const api = await stage.installation.api(admin.email)
      await api.ask('mutation ($input: UpdateViewerInput!) { updateViewer(input: $input) { userErrors { message } } }', { input: { locale: language } })
      const places = await placesOf(api)
      const page = await stage.seats.of({ ...admin, language })
      const found: string[] = []
      for (const overlay of OVERLAYS) found.push(...(await lookAt(page, overlay, places[overlay.place], language)))
      expect(found).toEqual([])
      expect(stage.seats.faults).toEqual([])
    })
  })
}

async function lookAt(page: Page, { name, open }: Overlay, path: string, language: Language): Promise<string[]> {
  await page.goto(path)
  await settled(page, language)
  await open(page, wordsIn(language))
  const overlay = page.getByRole('dialog').or(page.getByRole('menu')).filter({ visible: true }).last()
  await overlay.waitFor().catch((error: unknown) => { throw new Error(`${name} does not open: ${String(error)}`) })
  const found: string[] = []
  for (const scheme of ['light', 'dark'] as const) {
    await wear(page, scheme)
    found.push(...(await objections(page)).map((what) => `${name} (${scheme}): ${what}`))
  }
  await page.keyboard.press('Escape')
  await overlay.waitFor({ state: 'hidden' })
  return found
}
