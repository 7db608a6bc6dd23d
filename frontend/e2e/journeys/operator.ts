import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { objections } from '../axe'
import { delivery } from '../deliveries'
import { ImportPage } from '../pages/importing'
import { Servers } from '../pages/servers'
import { admin, ines, type Person } from '../people'
import type { Stage } from '../stage'
import { wordsIn } from '../words'

interface Cast {
  who: Person
  code: string
  domain: string
  range: string
  prefix: string
}

const CASTS: Cast[] = [
  { who: { ...admin, language: 'en' }, code: 'ENGLISH', domain: 'english.example.org', range: '198.51.100.0/26', prefix: '198.51.100' },
  { who: ines, code: 'FRENCH', domain: 'french.example.org', range: '192.0.2.0/26', prefix: '192.0.2' },
]

/** Servers come in: a provider, a network and an order; the delivery, compared and judged; the table; one server's page. */
export function operator(stage: Stage) {
  describe.each(CASTS)('an operator, in $who.language', (cast) => {
    const t = wordsIn(cast.who.language)
    const first = `app-01.${cast.domain}`
    const second = `app-02.${cast.domain}`

    test('adds a hosting provider and a network, and orders three servers', async () => {
      const page = await seat(stage, cast)
      await page.goto('/providers')
      await page.getByRole('button', { name: t('provider.add') }).click()
      await page.getByLabel(t('provider.field.code')).fill(cast.code)
      await page.getByLabel(t('provider.field.name')).fill(`${cast.code} hosting`)
      await page.getByRole('button', { name: t('provider.addAction'), exact: true }).click()
      await page.getByRole('heading', { level: 1, name: `${cast.code} hosting` }).waitFor()

      await page.goto('/networks')
      await page.getByRole('button', { name: t('network.add') }).click()
      await page.getByLabel(t('network.field.name'), { exact: true }).fill(`${cast.code}-net`)
      await page.getByLabel(t('network.field.cidr')).fill(cast.range)
      await pick(page, t('network.field.provider'), `${cast.code} hosting`)
      await page.getByRole('button', { name: t('network.addAction'), exact: true }).click()
      await page.getByRole('heading', { level: 1, name: `${cast.code}-net` }).waitFor()
      expect(await objections(page)).toEqual([])

      await page.goto('/orders/new')
      await page.getByLabel(t('order.field.number')).fill(`${cast.code}-1`)
      await page.getByLabel(t('order.field.title')).fill('Application servers')
      await pick(page, t('order.field.provider'), `${cast.code} hosting`)
      await page.getByLabel(t('order.line.count'), { exact: true }).fill('3')
      await page.getByLabel(t('order.line.title'), { exact: true }).fill('Servers of 8 cores')
      await page.getByLabel(t('order.line.cores'), { exact: true }).fill('8')
      await page.getByRole('button', { name: t('order.create') }).click()
      await page.getByText(t('order.comparison.missing', { count: 3 })).waitFor()
      expect(await objections(page)).toEqual([])
    })

    test('imports the delivery without its bad row, compares it with the order, accepts one server and rejects another', async () => {
      const page = await seat(stage, cast)
      await page.goto('/orders')
      await page.getByRole('link', { name: `${cast.code}-1` }).click()
      await page.getByRole('link', { name: t('order.import') }).click()
      const wizard = new ImportPage(page, cast.who.language)
      await wizard.drop('delivery.csv', delivery(cast.domain, cast.prefix))
      expect(await wizard.field('cores').inputValue()).toBe('Cœurs')
      await wizard.preview('app_03').getByText('huit').waitFor()
      await wizard.preview(first).getByText(`${cast.prefix}.10`).waitFor()
      await wizard.asLabel('Contrat')
      await wizard.preview(first).getByText(t('import.field.label', { name: 'contrat' })).waitFor()
      expect(await objections(page)).toEqual([])
      const saved = page.waitForEvent('download')
      await page.getByRole('button', { name: t('import.downloadBad', { count: 1, shown: '1' }) }).click()
      expect((await saved).suggestedFilename()).toBe(`delivery${t('import.badRowsSuffix')}.csv`)
      const sent = await readFile(await (await saved).path(), 'utf8')
      expect(sent).toMatch(/^\uFEFF[^\n]*Cœurs[^\n]*Contrat/)
      expect(sent.trimEnd().split('\r\n')).toHaveLength(2)
      expect(sent).toContain('huit')
      await wizard.importGood(2)

      const servers = new Servers(page, cast.who.language)
      await page.getByText(t('order.comparison.title')).waitFor()
      await servers.choose(first)
      await servers.move('ACCEPT')
      await servers.line(first).getByText(t('server.lifecycle.AVAILABLE')).waitFor()
      await servers.choose(second)
      await servers.move('REJECT', 'Two cores instead of eight.')
      await servers.line(second).getByText(t('server.lifecycle.REJECTED')).waitFor()
      expect(await objections(page)).toEqual([])
    })

    test('finds a server in the table, shares the view, and reads the life of the server', async () => {
      const page = await seat(stage, cast)
      const servers = new Servers(page, cast.who.language)
      await page.goto('/servers')
      await servers.search.fill(second)
      await page.waitForURL(/search=/)
      await servers.line(second).getByText(t('server.lifecycle.REJECTED')).waitFor()
      await page.getByRole('button', { name: t('server.columns') }).click()
      await page.getByRole('menuitemcheckbox', { name: t('server.column.labels') }).click()
      await page.keyboard.press('Escape')
      await servers.line(second).getByText('contrat=gold').waitFor()

      const shared = await seat(stage, cast)
      await shared.goto(page.url())
      await new Servers(shared, cast.who.language).line(second).getByText('contrat=gold').waitFor()

      await servers.open(second)
      await page.getByText('Two cores instead of eight.').first().waitFor()
      await page.getByText(`${cast.prefix}.11`, { exact: true }).first().waitFor()
      await page.getByRole('list', { name: t('server.timeline') }).getByText(t('audit.type.serverRejected')).waitFor()
      expect(await objections(page)).toEqual([])
    })

    test('waits in line for a server, and is told as soon as it is there', async () => {
      const page = await seat(stage, cast)
      await page.goto('/claims')
      await page.getByRole('button', { name: t('claim.add'), exact: true }).first().click()
      const dialog = page.getByRole('dialog')
      await pick(page, t('claim.project'), 'Atlas (MAPS)')
      const labels = dialog.getByLabel(t('claim.labels'), { exact: true })
      await labels.fill(`wanted=${cast.code}`)
      await labels.press('Enter')
      await dialog.getByLabel(t('claim.wait'), { exact: true }).check()
      await dialog.getByRole('button', { name: t('claim.addAction'), exact: true }).click()
      await dialog.getByText(t('claim.waitsHelp')).waitFor()
      expect(await objections(page)).toEqual([])
      const api = await stage.installation.api(cast.who.email)
      const { servers } = await api.ask<{ servers: { edges: { node: { id: string } }[] } }>('query ($where: ServerWhereInput) { servers(first: 1, where: $where) { edges { node { id } } } }', { where: { hostname: first } })
      const ids = servers.edges.map(({ node }) => node.id)
      await api.ask('mutation ($input: LabelServersInput!) { labelServers(input: $input) { userErrors { message } } }', { input: { ids, set: { wanted: cast.code } } })
      await api.ask('mutation ($input: MoveServersInput!) { moveServers(input: $input) { userErrors { message } } }', { input: { ids, move: 'MAINTAIN' } })
      await api.ask('mutation ($input: MoveServersInput!) { moveServers(input: $input) { userErrors { message } } }', { input: { ids, move: 'RESUME' } })
      await dialog.getByRole('link', { name: first }).waitFor()
      await dialog.getByText(t('claim.held')).waitFor()
      expect(stage.seats.faults).toEqual([])
    })

    test('sees on the wall what somebody reports, at once', async () => {
      const wall = await seat(stage, cast)
      await wall.goto('/health')
      await wall.getByRole('list', { name: t('health.counts') }).waitFor()
      const api = await stage.installation.api(cast.who.email)
      await api.ask('mutation ($input: ReportStateInput!) { reportState(input: $input) { userErrors { message } } }', { input: { subjectId: first, check: 'ping', status: 'CRITICAL', message: `no answer from ${first}` } })
      await wall.getByRole('list', { name: t('health.unwell') }).getByText(`no answer from ${first}`).waitFor()
      expect(await objections(wall)).toEqual([])
      await api.ask('mutation ($input: ReportStateInput!) { reportState(input: $input) { userErrors { message } } }', { input: { subjectId: first, check: 'ping', status: 'OK' } })
      await wall.getByText(`no answer from ${first}`).waitFor({ state: 'detached' })
      expect(stage.seats.faults).toEqual([])
    })
  })
}

/** Somebody's own browser, in their language. */
async function seat(stage: Stage, { who }: Cast): Promise<Page> {
  const api = await stage.installation.api(who.email)
  await api.ask('mutation ($input: UpdateViewerInput!) { updateViewer(input: $input) { userErrors { message } } }', { input: { locale: who.language } })
  return stage.seats.of(who)
}

/** Chooses from a list by its label. */
async function pick(page: Page, label: string, choice: string): Promise<void> {
  await page.getByRole('combobox', { name: label, exact: true }).last().click() // a dialog stands behind the page
  await page.getByRole('option', { name: choice, exact: true }).click()
}
