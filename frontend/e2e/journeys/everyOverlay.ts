import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { COLOURS, objections, wear } from '../axe'
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
  /** What stands behind the address of the place. */
  search?: string
  open: (page: Page, t: ReturnType<typeof wordsIn>) => Promise<void>
}

const press = (page: Page, name: string) => page.getByRole('main').getByRole('button', { name, exact: true }).first().click()

/** Chooses the first server of the table, then a step for it. */
const chosen = async (page: Page, name: string) => {
  await page.getByRole('table').getByRole('checkbox').nth(1).click() // the first of all chooses those that are loaded
  await press(page, name)
}

const DELIVERED = '?lifecycle=%5B%22DELIVERED%22%5D'
const AVAILABLE = '?lifecycle=%5B%22AVAILABLE%22%5D'

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
  { name: 'the columns of the servers', place: '/servers', open: (page, t) => press(page, t('server.columns')) },
  { name: 'the exports of the servers', place: '/servers', open: (page, t) => press(page, t('common.export.open')) },
  { name: 'servers are accepted', place: '/servers', search: DELIVERED, open: (page, t) => chosen(page, t('server.move.name.ACCEPT')) },
  { name: 'servers are rejected', place: '/servers', search: DELIVERED, open: (page, t) => chosen(page, t('server.move.name.REJECT')) },
  { name: 'servers are maintained', place: '/servers', search: AVAILABLE, open: (page, t) => chosen(page, t('server.move.name.MAINTAIN')) },
  { name: 'servers are retired', place: '/servers', search: AVAILABLE, open: (page, t) => chosen(page, t('server.move.name.RETIRE')) },
  { name: 'servers get labels', place: '/servers', search: AVAILABLE, open: (page, t) => chosen(page, t('server.label.button')) },
  { name: 'servers are given to a project', place: '/servers', search: AVAILABLE, open: (page, t) => chosen(page, t('server.give.button')) },
  {
    name: 'all servers that match are changed by a run',
    place: '/servers',
    open: async (page, t) => {
      await chosen(page, t('server.selection.all'))
      await press(page, t('server.move.name.MAINTAIN'))
    },
  },
  { name: 'a report', place: '/servers/$serverId', open: (page, t) => press(page, t('server.check.report')) },
  { name: 'an access', place: '/servers/$serverId', open: (page, t) => press(page, t('server.access.grant')) },
  { name: 'labels of a server', place: '/servers/$serverId', open: (page, t) => press(page, t('server.label.button')) },
  { name: 'a claim of a server', place: '/claims', open: (page, t) => press(page, t('claim.add')) },
  {
    name: 'a claim of an address',
    place: '/claims',
    open: async (page, t) => {
      await press(page, t('claim.add'))
      await page.getByRole('dialog').getByText(t('claim.kind.ADDRESS'), { exact: true }).click()
    },
  },
  { name: 'a question before a claim is released', place: '/claims', open: (page, t) => press(page, t('claim.release')) },
  { name: 'a question before the line is left', place: '/claims', open: (page, t) => press(page, t('claim.leave')) },
  { name: 'a new network', place: '/networks', open: (page, t) => press(page, t('network.add')) },
  { name: 'a network is changed', place: '/networks/$networkId', open: (page, t) => press(page, t('network.change')) },
  { name: 'addresses are kept back', place: '/networks/$networkId', open: (page, t) => press(page, t('network.reserve.title')) },
  { name: 'a question before a network is removed', place: '/networks/$networkId', open: (page, t) => press(page, t('network.delete')) },
  { name: 'a new hosting provider', place: '/providers', open: (page, t) => press(page, t('provider.add')) },
  { name: 'a hosting provider is changed', place: '/providers/$providerId', open: (page, t) => press(page, t('provider.change')) },
  { name: 'a question before a hosting provider is removed', place: '/providers/$providerId', open: (page, t) => press(page, t('provider.delete')) },
  { name: 'an order moves on', place: '/orders/$orderId', open: (page, t) => press(page, t('order.move.DELIVERED')) },
  { name: 'an order is canceled', place: '/orders/$orderId', open: (page, t) => press(page, t('order.move.CANCELED')) },
]

/** Every dialog, menu and palette, in English on light and in French on dark: axe finds nothing, and Escape closes it. */
export function everyOverlay(stage: Stage) {
  describe.each(LANGUAGES)('what opens over a page, in %s', (language) => {
    let places: Places
    let page: Page
    beforeAll(async () => {
      const api = await stage.installation.api(admin.email)
      await api.ask('mutation ($input: UpdateViewerInput!) { updateViewer(input: $input) { userErrors { message } } }', { input: { locale: language } })
      places = await placesOf(api)
      page = await stage.seats.of({ ...admin, language })
    })

    test.each(OVERLAYS)('$name: nothing that axe objects to, and closes by Escape', async (overlay) => {
      expect(await lookAt(page, overlay, places[overlay.place], language)).toEqual([])
      expect(stage.seats.faults).toEqual([])
    })
  })
}

async function lookAt(page: Page, { name, open, search = '' }: Overlay, path: string, language: Language): Promise<string[]> {
  await page.goto(path + search)
  await settled(page, language)
  await open(page, wordsIn(language))
  const overlay = page.getByRole('dialog').or(page.getByRole('menu')).filter({ visible: true }).last()
  await overlay.waitFor().catch((error: unknown) => { throw new Error(`${name} does not open: ${String(error)}`) })
  await wear(page, COLOURS[language])
  const found = (await objections(page)).map((what) => `${name}: ${what}`)
  await page.keyboard.press('Escape')
  await overlay.waitFor({ state: 'hidden' })
  return found
}
