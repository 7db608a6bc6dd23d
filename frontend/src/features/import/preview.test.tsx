import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import i18next from 'i18next'
import { expect, it, vi } from 'vitest'
import { expectAccessible, renderPortal } from '@/testing/portal'
import { PreviewRows } from './PreviewRows'
import type { Preview, Row } from './useImport'

const row = (line: number, outcome: Row['outcome'], changes: unknown = null): Row => ({ line, outcome, hostname: `web-0${String(line)}`, changes, problems: [], warnings: [] }) as unknown as Row

const ROWS = [
  row(2, 'ADDED', { cores: { before: null, after: 8 }, memory: { before: null, after: 16_384 }, disk: { before: null, after: 512 }, address: { before: null, after: ['192.0.2.7', '192.0.2.8'] }, 'labels.contract': { before: null, after: 'gold' } }),
  row(3, 'ADDED'),
  row(4, 'CHANGED', { memory: { before: 8_192, after: 16_384 }, lifecycle: { before: 'ORDERED', after: 'DELIVERED' } }),
]
const PREVIEW: Preview = { reading: null, rows: ROWS, added: 2, changed: 1, unchanged: 0, refused: 0, errors: [] }

it.each([
  ['en', ['Address 192.0.2.7, 192.0.2.8', 'Cores 8', 'Memory 16 GiB', 'Disk 512 GiB', 'Label contract gold'], '8 GiB → 16 GiB'],
  ['fr', ['Adresse 192.0.2.7, 192.0.2.8', 'Cœurs 8', 'Mémoire 16 Gio', 'Disque 512 Gio', 'Étiquette contract gold'], '8 Gio → 16 Gio'],
] as const)('a new row shows all that its server would hold, a changed one what was (%s)', async (language, held, changed) => {
  await renderPortal(<PreviewRows preview={PREVIEW} onMore={vi.fn()} />, { language })
  const lineOf = async (name: string) => within(await screen.findByRole('row', { name: new RegExp(name) }))
  const values = (await lineOf('web-02')).getByRole('list', { name: i18next.t('import.rows.values') })
  expect(within(values).getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual(held)
  expect((await lineOf('web-03')).getByText(i18next.t('import.rows.nameOnly'))).toBeTruthy()
  expect(screen.getByRole('row', { name: /web-04/ }).textContent).toContain(changed)
  expect(screen.getByRole('row', { name: /web-04/ }).textContent).toContain(i18next.t('server.lifecycle.DELIVERED'))
  await expectAccessible()
})

it('shows the rows of one outcome alone', async () => {
  await renderPortal(<PreviewRows preview={PREVIEW} onMore={vi.fn()} />)
  await userEvent.click(await screen.findByRole('radio', { name: i18next.t('import.outcome.CHANGED') }))
  expect(screen.getAllByRole('row').map(({ textContent }) => /web-\d+/.exec(textContent)?.[0])).toEqual([undefined, 'web-04'])
})

it('offers more rows of one outcome for as long as there are', async () => {
  await renderPortal(<PreviewRows preview={{ ...PREVIEW, unchanged: 1_200 }} onMore={vi.fn()} />)
  const more = i18next.t('common.action.loadMore')
  const choose = async (outcome: 'CHANGED' | 'UNCHANGED' | 'REFUSED') => userEvent.click(await screen.findByRole('radio', { name: i18next.t(`import.outcome.${outcome}`) }))
  await choose('CHANGED')
  expect(screen.queryByRole('button', { name: more })).toBeNull()
  await choose('UNCHANGED')
  expect(screen.getByText(i18next.t('import.rows.later', { total: '1,200' }))).toBeTruthy()
  expect(screen.getByRole('button', { name: more })).toBeTruthy()
  await choose('REFUSED')
  expect(screen.getByText(i18next.t('import.rows.none'))).toBeTruthy()
})
