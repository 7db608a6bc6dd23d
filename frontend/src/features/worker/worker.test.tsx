import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import i18next from 'i18next'
import { expect, it } from 'vitest'
import { expectAccessible, renderPortal } from '@/testing/portal'
import { WorkerList } from './WorkerList'

const worker = (more = {}) => ({ __typename: 'Worker', id: 'wrk_1', name: 'goroutine-1', labels: ['dmz'], version: '1.0', tool: 'OpenTofu 1.12.6', remote: false, paused: false, seenAt: new Date().toISOString(), alive: true, runs: [{ __typename: 'Run', id: 'run_1', title: { en: 'Create shop', fr: 'Créer shop' } }], ...more }) as never

it('a worker is paused, and shows what it holds', async () => {
  const { asked } = await renderPortal(<WorkerList workers={[worker()]} />, { answers: { PauseWorker: () => ({ pauseWorker: { worker: null, userErrors: [] } }) } })
  expect(await screen.findByRole('link', { name: 'Create shop' })).toBeTruthy()
  expect(screen.getByText(i18next.t('worker.status.alive'))).toBeTruthy()
  await expectAccessible()
  await userEvent.click(screen.getByRole('button', { name: i18next.t('worker.pause') }))
  expect(await screen.findByText(i18next.t('worker.paused', { name: 'goroutine-1' }))).toBeTruthy()
  expect(asked).toEqual([{ name: 'PauseWorker', variables: { input: { id: 'wrk_1', paused: true } } }])
})

it('a paused worker goes on, one that is gone offers nothing', async () => {
  const { asked } = await renderPortal(<WorkerList workers={[worker({ paused: true }), worker({ id: 'wrk_2', name: 'lost', alive: false })]} />, { answers: { PauseWorker: () => ({ pauseWorker: { worker: null, userErrors: [{ code: 'CONFLICT', field: [], message: 'It is gone.' }] } }) } })
  expect(await screen.findByText(i18next.t('worker.status.gone'))).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: i18next.t('worker.resume') }))
  expect(await screen.findByText('It is gone.')).toBeTruthy()
  expect(asked[0]?.variables).toEqual({ input: { id: 'wrk_1', paused: false } })
})
