import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { test } from 'vitest'
import { BAD_DELIVERY } from './deliveries'
import { ImportPage } from './pages/importing'
import { settled } from './pages/portal'
import { Run } from './pages/run'
import { admin, claire, emma, type Person } from './people'
import { placesOf } from './places'
import { stageOf } from './stage'
import { type Language, LANGUAGES, wordsIn } from './words'

type Places = Awaited<ReturnType<typeof placesOf>>

interface Picture {
  name: string
  title: string
  place: keyof Places
  /** Somebody of the administration looks, not of a project. */
  asAdmin?: boolean
  /** What is done before it is taken. */
  after?: (page: Page, language: Language) => Promise<void>
  looks?: BrowserContextOptions
}

const DARK: BrowserContextOptions = { colorScheme: 'dark' }
const NARROW: BrowserContextOptions = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }

/** In the order in which somebody meets them. */
const PICTURES: Picture[] = [
  { name: 'sign-in', title: 'Sign in', place: '/sign-in' },
  { name: 'home', title: 'Home', place: '/' },
  { name: 'palette', title: 'Search or jump', place: '/', after: openPalette },
  { name: 'projects', title: 'Projects', place: '/projects' },
  { name: 'project', title: 'A project: its resources', place: '/projects/$acronym' },
  { name: 'project-runs', title: 'A project: its runs', place: '/projects/$acronym/runs' },
  { name: 'catalog', title: 'Catalog', place: '/catalog' },
  { name: 'template', title: 'A template', place: '/catalog/$templateId' },
  { name: 'request', title: 'Request form', place: '/catalog/$templateId/request' },
  { name: 'request-mistakes', title: 'Request form with mistakes', place: '/catalog/$templateId/request', after: sendEmpty },
  { name: 'runs', title: 'Runs', place: '/runs' },
  { name: 'run-plan', title: 'A run whose plan waits for approval', place: 'waiting' },
  { name: 'run-done', title: 'A run that has succeeded', place: '/runs/$runId' },
  { name: 'run-log', title: 'A run: its log', place: '/runs/$runId', after: openLog },
  { name: 'resource', title: 'A resource', place: '/resources/$resourceId' },
  { name: 'resource-change', title: 'A resource: its inputs are changed', place: '/resources/$resourceId/change' },
  { name: 'project-members', title: 'A project: its members', place: '/projects/$acronym/members' },
  { name: 'project-settings', title: 'A project: its settings', place: '/projects/$acronym/settings', asAdmin: true },
  { name: 'project-state', title: 'A project: its state', place: '/projects/$acronym/state', asAdmin: true },
  { name: 'servers', title: 'Servers', place: '/servers', asAdmin: true },
  { name: 'server', title: 'A server', place: '/servers/$serverId', asAdmin: true },
  { name: 'health', title: 'Health', place: '/health', asAdmin: true },
  { name: 'claims', title: 'Claims', place: '/claims', asAdmin: true },
  { name: 'networks', title: 'Networks', place: '/networks', asAdmin: true },
  { name: 'network', title: 'A network', place: '/networks/$networkId', asAdmin: true },
  { name: 'imports', title: 'Imports', place: '/imports', asAdmin: true },
  { name: 'import-new', title: 'Import servers', place: '/imports/new', asAdmin: true, after: readFile },
  { name: 'import', title: 'An import', place: '/imports/$sessionId', asAdmin: true },
  { name: 'orders', title: 'Orders', place: '/orders', asAdmin: true },
  { name: 'order-new', title: 'New order', place: '/orders/new', asAdmin: true },
  { name: 'order', title: 'An order', place: '/orders/$orderId', asAdmin: true },
  { name: 'providers', title: 'Hosting providers', place: '/providers', asAdmin: true },
  { name: 'provider', title: 'A hosting provider', place: '/providers/$providerId', asAdmin: true },
  { name: 'tools', title: 'Other tools', place: '/tools', asAdmin: true },
  { name: 'libraries', title: 'Libraries', place: '/libraries', asAdmin: true },
  { name: 'library', title: 'A library', place: '/libraries/$libraryId', asAdmin: true },
  { name: 'people', title: 'People', place: '/admin/people', asAdmin: true },
  { name: 'roles', title: 'Roles', place: '/admin/roles', asAdmin: true },
  { name: 'workers', title: 'Workers and queue', place: '/admin/workers', asAdmin: true },
  { name: 'freezes', title: 'Freezes', place: '/admin/freezes', asAdmin: true },
  { name: 'audit', title: 'Audit trail', place: '/audit', asAdmin: true },
  { name: 'profile', title: 'One’s own account', place: '/profile' },
  { name: 'home-dark', title: 'Home, dark', place: '/', looks: DARK },
  { name: 'run-plan-dark', title: 'A plan, dark', place: 'waiting', looks: DARK },
  { name: 'servers-dark', title: 'Servers, dark', place: '/servers', asAdmin: true, looks: DARK },
  { name: 'health-dark', title: 'Health, dark', place: '/health', asAdmin: true, looks: DARK },
  { name: 'servers-narrow', title: 'Servers on a telephone', place: '/servers', asAdmin: true, looks: NARROW },
  { name: 'home-narrow', title: 'Home on a telephone', place: '/', looks: NARROW },
  { name: 'run-plan-narrow', title: 'A plan on a telephone', place: 'waiting', looks: NARROW },
]

const FOLDER = fileURLToPath(new URL('../../docs/screens/', import.meta.url))
const MEMBERS: Record<Language, Person> = { en: emma, fr: claire }

const stage = stageOf('embedded')

test('take a picture of every page, in both languages', async () => {
  await mkdir(FOLDER, { recursive: true })
  for (const file of await readdir(FOLDER)) if (file.endsWith('.png')) await rm(FOLDER + file)
  const api = await stage.installation.api(admin.email)
  const places = await placesOf(api)
  for (const language of LANGUAGES) {
    await api.ask('mutation ($input: UpdateViewerInput!) { updateViewer(input: $input) { userErrors { message } } }', { input: { locale: language } })
    for (const picture of PICTURES) await take(picture, places[picture.place], language)
  }
  await writeFile(`${FOLDER}README.md`, index())
})

async function take(picture: Picture, path: string, language: Language): Promise<void> {
  const looks = { viewport: { width: 1280, height: 800 }, ...picture.looks }
  const person = picture.asAdmin ? { ...admin, language } : MEMBERS[language]
  const page = picture.place === '/sign-in' ? await stage.seats.stranger({ language, ...looks }) : await stage.seats.of(person, looks)
  await page.goto(path)
  await settled(page, language)
  await picture.after?.(page, language)
  await rename(page)
  await page.screenshot({ path: `${FOLDER}${picture.name}-${language}.png`, animations: 'disabled' })
  await page.context().close()
}

/** Workers are called after the machine on which the pictures are taken, which is nobody's business; nor is what was not committed there yet. */
async function rename(page: Page): Promise<void> {
  await page.evaluate(([from, to]) => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let text = texts.nextNode(); text; text = texts.nextNode()) text.nodeValue = text.nodeValue?.replaceAll(from, to).replace(/^([0-9a-f]{7,})-dirty$/, '$1') ?? null
  }, [hostname(), 'north'] as const)
}

async function openPalette(page: Page): Promise<void> {
  await page.keyboard.press('Control+K')
  await page.getByRole('dialog').getByText('Atlas').first().waitFor()
}

async function sendEmpty(page: Page, language: Language): Promise<void> {
  const t = wordsIn(language)
  await page.getByRole('button', { name: t('resource.request.send'), exact: true }).click()
  await page.getByText(t('form.wrong.required')).first().waitFor()
  await page.evaluate(() => { window.scrollTo(0, 0) })
}

async function readFile(page: Page, language: Language): Promise<void> {
  await new ImportPage(page, language).drop('delivery.csv', BAD_DELIVERY)
}

async function openLog(page: Page, language: Language): Promise<void> {
  const run = new Run(page, language)
  await run.open('log')
  await run.log.getByText(/terraform_data/).first().waitFor()
}

function index(): string {
  const rows = PICTURES.map(({ name, title }) => `| ${title} | ![${title}, in English](${name}-en.png) | ![${title}, in French](${name}-fr.png) |`)
  return `# Screens

Every page, in both languages, as \`make screens\` takes them from the sample organization.

| page | English | French |
| --- | --- | --- |
${rows.join('\n')}
`
}
