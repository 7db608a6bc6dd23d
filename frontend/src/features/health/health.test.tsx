import { act, screen, within } from '@testing-library/react'
import i18next from 'i18next'
import { expect, it } from 'vitest'
import { connection } from '@/api/socket'
import { expectAccessible, renderPortal } from '@/testing/portal'
import { HealthBoard, worstOf } from './HealthBoard'

const summary = (unwell: unknown[]) => ({ __typename: 'HealthSummary', at: '2026-11-24T10:00:00Z', servers: [{ __typename: 'HealthCount', health: 'CRITICAL', count: unwell.length }, { __typename: 'HealthCount', health: 'OK', count: 9 }], unwell }) as never

const broken = {
  __typename: 'Server', id: 'srv_1', hostname: 'web-01', health: 'CRITICAL', healthSince: '2026-11-24T09:00:00Z', provider: { __typename: 'HostingProvider', id: 'hsp_1', name: 'Hexa' }, project: null,
  checks: [{ __typename: 'Check', id: 'chk_1', name: 'http', status: 'CRITICAL', message: 'refused' }, { __typename: 'Check', id: 'chk_2', name: 'disk', status: 'OK', message: 'plenty' }],
}

it.each([
  [[{ health: 'UNKNOWN', count: 5 }, { health: 'OK', count: 1 }], 'OK'],
  [[{ health: 'WARNING', count: 1 }, { health: 'CRITICAL', count: 0 }], 'WARNING'],
  [[], 'UNKNOWN'],
] as const)('the worst of %j is %s', (counts, worst) => {
  expect(worstOf({ counts })).toBe(worst)
})

it('shows only what is wrong in detail', async () => {
  await renderPortal(<HealthBoard summary={summary([broken])} groups={[{ id: 'hsp_1', name: 'Hexa', kind: 'provider', counts: [{ health: 'CRITICAL', count: 1 }] }]} />)
  const list = await screen.findByRole('list', { name: i18next.t('health.unwell') })
  expect(within(list).getByText('refused')).toBeTruthy()
  expect(screen.queryByText('plenty')).toBeNull()
  await expectAccessible()
})

it('says when nothing is wrong', async () => {
  await renderPortal(<HealthBoard summary={summary([])} groups={[]} />, { language: 'fr' })
  expect(await screen.findByText(i18next.t('health.allWell'))).toBeTruthy()
})

it.each(['en', 'fr'] as const)('says aloud that what is shown may be old, only while the connection is lost (%s)', async (language) => {
  connection.set('lost')
  await renderPortal(<HealthBoard summary={summary([])} groups={[]} />, { language })
  expect((await screen.findByRole('alert')).textContent).toBe(i18next.t('health.lost'))
  await expectAccessible()
  act(() => { connection.set('live') })
  expect(screen.queryByRole('alert')).toBeNull()
})
