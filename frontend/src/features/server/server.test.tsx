import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import i18next from 'i18next'
import { expect, it, vi } from 'vitest'
import { createFormat } from '@/ui/format'
import { diskOf, memoryOf } from '@/ui/size'
import { expectAccessible, renderPortal } from '@/testing/portal'
import { filterOf, isFiltered, orderOf, readSearch, whereOf } from './filter'
import { GiveDialog } from './GiveDialog'
import { LabelDialog } from './LabelDialog'
import { labelsOf, parseLabels } from './labels'
import { MoveDialog } from './MoveDialog'
import { movesOfAll } from './moves'
import { SelectionBar } from './SelectionBar'

it('reads out of the address what is a filter, and nothing else', () => {
  const search = readSearch({ search: 42, lifecycle: ['RETIRED', 'AVAILABLE', 'FLYING'], health: 'OK', labels: ['role=web', 7, ''], sort: '-created', columns: ['cores', 'nonsense'], order: 'ord_1', evil: '<' })
  expect(search).toEqual({ search: '42', lifecycle: ['AVAILABLE', 'RETIRED'], health: undefined, labels: ['role=web'], sort: '-created', columns: ['cores'], order: 'ord_1' })
  expect(whereOf(filterOf(search))).toEqual({ search: '42', lifecycleIn: ['AVAILABLE', 'RETIRED'], labels: ['role=web'], orderId: 'ord_1' })
})

it('asks for what a server has at least, and for what it is', () => {
  const search = readSearch({ cores: 8, memory: 16, disk: -1, system: 'Debian 12', location: '', architecture: 64 })
  expect(filterOf(search)).toEqual({ cores: 8, memory: 16, system: 'Debian 12', architecture: '64', lifecycle: undefined, health: undefined })
  expect(whereOf(filterOf(search))).toEqual({ specification: { cores: 8, memoryMiB: 16_384, system: 'Debian 12', architecture: '64' } })
  expect(whereOf(filterOf(readSearch({ cores: 'many', memory: 1.5, disk: 1e9 })))).toEqual({})
})

it('asks for those that nobody has, and is no filter when empty', () => {
  expect(whereOf({ project: 'none' })).toEqual({ projectIDIsNil: true })
  expect(whereOf({ project: 'prj_1', network: 'net_1', session: 'ims_1' })).toEqual({ projectID: 'prj_1', networkId: 'net_1', sessionID: 'ims_1' })
  expect([isFiltered({}), isFiltered({ health: ['OK'] })]).toEqual([false, true])
  expect([orderOf(), orderOf('-created')]).toEqual([{ field: 'HOSTNAME', direction: 'ASC' }, { field: 'CREATED_AT', direction: 'DESC' }])
})

it('offers the moves that all of the chosen servers may make', () => {
  expect(movesOfAll([{ viewerMoves: ['RETIRE', 'ACCEPT'] }, { viewerMoves: ['ACCEPT', 'REJECT'] }])).toEqual(['ACCEPT'])
  expect(movesOfAll([])).toEqual([])
})

it('writes labels as people do, and reads them again', () => {
  expect(labelsOf({ role: 'web', spare: '' })).toEqual(['role=web', 'spare'])
  expect(parseLabels(['role=web', ' spare ', 'a=b=c', '=x'])).toEqual({ role: 'web', spare: '', a: 'b=c' })
})

it.each([
  ['en', 16_384, '16 GiB'],
  ['fr', 16_384, '16 Gio'],
  ['en', 512, '512 MiB'],
  ['en', 0, '–'],
] as const)('writes in %s a memory of %i MiB as %s', (language, mebibytes, written) => {
  expect(memoryOf(createFormat(language), mebibytes, language)).toBe(written)
})

it('writes large disks in TiB', () => {
  expect([diskOf(createFormat('en'), 2_048, 'en'), diskOf(createFormat('fr'), 120, 'fr')]).toEqual(['2 TiB', '120 Gio'])
})

it('a rejection tells its reason, shows what the server refuses, and closes when it is done', async () => {
  const onMoved = vi.fn()
  let refused = true
  const { asked } = await renderPortal(<MoveDialog move="REJECT" servers={[{ id: 'srv_1', hostname: 'web-01' }]} onClose={vi.fn()} onMoved={onMoved} />, {
    answers: { MoveServers: () => ({ moveServers: { servers: [], userErrors: refused ? [{ code: 'INVALID', field: ['reason'], message: 'Say why.' }] : [] } }) },
  })
  await userEvent.type(await screen.findByLabelText(i18next.t('server.move.reason')), ' too small ')
  await expectAccessible()
  await userEvent.click(screen.getByRole('button', { name: i18next.t('server.move.name.REJECT') }))
  expect(await screen.findByText('Say why.')).toBeTruthy()
  expect(onMoved).not.toHaveBeenCalled()
  refused = false
  await userEvent.click(screen.getByRole('button', { name: i18next.t('server.move.name.REJECT') }))
  await vi.waitFor(() => { expect(onMoved).toHaveBeenCalled() })
  expect(asked[0]?.variables).toEqual({ input: { ids: ['srv_1'], move: 'REJECT', reason: 'too small' } })
})

it('many servers are moved by a run, which is shown', async () => {
  const onMoved = vi.fn()
  const { asked } = await renderPortal(<MoveDialog move="ACCEPT" servers={[]} where={{ search: 'web' }} onClose={vi.fn()} onMoved={onMoved} />, {
    answers: { ChangeServers: () => ({ changeServers: { run: { __typename: 'Run', id: 'run_1' }, userErrors: [] } }) },
  })
  await userEvent.click(await screen.findByRole('button', { name: i18next.t('server.move.name.ACCEPT') }))
  await vi.waitFor(() => { expect(onMoved).toHaveBeenCalled() })
  expect(asked[0]?.variables).toMatchObject({ input: { where: { search: 'web' }, move: 'ACCEPT' } })
})

it.each(['en', 'fr'] as const)('servers are given to a project by a run (%s)', async (language) => {
  const onStarted = vi.fn()
  const project = { __typename: 'Project', id: 'prj_1', name: 'Maps', acronym: 'MAPS' }
  const { asked } = await renderPortal(<GiveDialog opened servers={[{ id: 'srv_1', hostname: 'web-01' }]} onClose={vi.fn()} onStarted={onStarted} />, {
    language,
    answers: {
      ProjectChoices: () => ({ choices: { __typename: 'ProjectConnection', pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null }, edges: [{ __typename: 'ProjectEdge', node: project }] } }),
      ChangeServers: () => ({ changeServers: { run: { __typename: 'Run', id: 'run_1' }, userErrors: [] } }),
    },
  })
  const give = await screen.findByRole('button', { name: i18next.t('server.give.action') })
  expect(give.hasAttribute('disabled')).toBe(true)
  await userEvent.click(screen.getByRole('combobox', { name: i18next.t('claim.project') }))
  await userEvent.click(await screen.findByRole('option', { name: 'Maps (MAPS)' }))
  await expectAccessible()
  await userEvent.click(give)
  await vi.waitFor(() => { expect(onStarted).toHaveBeenCalled() })
  expect(asked.at(-1)).toMatchObject({ name: 'ChangeServers', variables: { input: { ids: ['srv_1'], projectId: 'prj_1' } } })
})

it.each([
  ['AVAILABLE', ['server.claim'], true],
  ['ASSIGNED', ['server.claim'], false],
  ['AVAILABLE', ['inventory.manage'], false],
])('offers to give what is %s to those with %j: %s', async (lifecycle, permissions, offered) => {
  await renderPortal(<SelectionBar selection={new Map([['srv_1', chosen(lifecycle)]])} onSelect={vi.fn()} />, { permissions })
  await screen.findByRole('toolbar')
  expect(screen.queryByRole('button', { name: i18next.t('server.give.button') }) !== null).toBe(offered)
})

it('offers to choose all that match only when they are not chosen yet', async () => {
  const onSelectAll = vi.fn()
  const { rerender } = await renderPortal(<SelectionBar selection={new Map([['srv_1', chosen('AVAILABLE')]])} onSelect={vi.fn()} onSelectAll={onSelectAll} />)
  await userEvent.click(await screen.findByRole('button', { name: i18next.t('server.selection.all') }))
  expect(onSelectAll).toHaveBeenCalled()
  rerender(<></>)
  await renderPortal(<SelectionBar selection={new Map([['srv_1', chosen('AVAILABLE')]])} onSelect={vi.fn()} />)
  await screen.findByRole('toolbar')
  expect(screen.queryByRole('button', { name: i18next.t('server.selection.all') })).toBeNull()
})

const chosen = (lifecycle: string) => ({ id: 'srv_1', hostname: 'web-01', lifecycle, labels: {}, viewerMoves: [] }) as never

it('the labels close with one Escape', async () => {
  const onClose = vi.fn()
  await renderPortal(<LabelDialog opened servers={[{ id: 'srv_1', hostname: 'web-01' }]} onClose={onClose} onDone={vi.fn()} />)
  await vi.waitFor(() => { expect(document.activeElement?.hasAttribute('data-autofocus')).toBe(true) })
  await userEvent.keyboard('{Escape}')
  expect(onClose).toHaveBeenCalled()
})
