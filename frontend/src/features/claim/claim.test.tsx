import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import i18next from 'i18next'
import { expect, it, vi } from 'vitest'
import { expectAccessible, renderPortal } from '@/testing/portal'
import { ClaimList } from './ClaimList'
import { Claims } from './Claims'
import { wishesOf } from './selector'

it('finds what was asked for, without ids', () => {
  expect(wishesOf({ labels: ['role=web'], providerId: 'hsp_1', specification: { cores: 8, system: 'debian', memoryMiB: 0 }, network: 'backend', ids: ['srv_1'] })).toEqual([{ label: 'role=web' }, { name: 'cores', least: 8 }, { name: 'system', value: 'debian' }, { name: 'network', value: 'backend' }])
  expect(wishesOf(null)).toEqual([])
})

it('says what was asked for in the language of the reader, memory in GiB', async () => {
  await renderPortal(<ClaimList claims={[{ ...(claim('HELD', []) as object), selector: { labels: ['role=web'], specification: { cores: 8, memoryMiB: 1024 } } } as never]} />, { language: 'fr' })
  expect(await screen.findByText('· cœurs : au moins 8')).toBeTruthy()
  expect(screen.getByText('· mémoire : au moins 1 Gio')).toBeTruthy()
})

const claim = (state: string, permissions: string[]) => ({
  __typename: 'Claim', id: `clm_${state}`, kind: 'SERVER', state, place: state === 'WAITING' ? 3 : null, selector: {}, requestedBy: 'Robot', note: '', createdAt: '2026-11-01T10:00:00Z', heldAt: null, expiresAt: null, endedAt: null,
  project: { __typename: 'Project', id: 'prj_1', acronym: 'MAPS', name: 'Maps', viewerPermissions: permissions }, server: state === 'HELD' ? { __typename: 'Server', id: 'srv_1', hostname: 'web-01' } : null, address: null,
}) as never

it('shows the place of who waits, and gives back what is held', async () => {
  const { asked } = await renderPortal(<ClaimList claims={[claim('WAITING', ['server.claim']), claim('HELD', ['server.claim']), claim('RELEASED', ['server.claim'])]} />, {
    answers: { ReleaseClaim: () => ({ releaseClaim: { claim: { __typename: 'Claim', id: 'clm_HELD', state: 'RELEASED' }, userErrors: [] } }) },
  })
  expect(await screen.findByText(i18next.t('claim.place', { place: 3 }))).toBeTruthy()
  await expectAccessible()
  await userEvent.click(screen.getByRole('button', { name: i18next.t('claim.release') }))
  await userEvent.click((await screen.findAllByRole('button', { name: i18next.t('claim.release') })).at(-1) as HTMLElement)
  await vi.waitFor(() => { expect(asked.at(-1)).toEqual({ name: 'ReleaseClaim', variables: { input: { id: 'clm_HELD' } } }) })
})

it('offers nothing to those who may not', async () => {
  await renderPortal(<ClaimList claims={[claim('HELD', [])]} />)
  expect(await screen.findByText('web-01')).toBeTruthy()
  expect(screen.queryByRole('button')).toBeNull()
})

it.each([
  ['en', undefined, true],
  ['fr', ['RELEASED'], false],
] as const)('those who wait stand above the others, unless states are chosen (%s)', async (language, states, line) => {
  const connection = (nodes: unknown[]) => ({ claims: { __typename: 'ClaimConnection', pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null }, edges: nodes.map((node) => ({ __typename: 'ClaimEdge', node })) } })
  const { asked } = await renderPortal(<Claims of={{ projectID: 'prj_1' }} states={states as never} pages={1} onMore={vi.fn()} />, {
    language,
    answers: { Claims: ({ where }) => connection((where as { state?: string }).state === 'WAITING' ? [claim('WAITING', [])] : [claim('HELD', [])]) },
  })
  await screen.findByRole('list', { name: i18next.t('claim.title') })
  if (line) await screen.findByRole('list', { name: i18next.t('claim.line') })
  expect(screen.queryByRole('list', { name: i18next.t('claim.line') }) !== null).toBe(line)
  expect(asked.map(({ variables }) => variables.where)).toEqual(line ? [{ projectID: 'prj_1', state: 'WAITING' }, { projectID: 'prj_1', stateNEQ: 'WAITING' }] : [{ projectID: 'prj_1', stateIn: ['RELEASED'] }])
  await expectAccessible()
})
