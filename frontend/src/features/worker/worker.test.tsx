import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import i18next from 'i18next'
import { expect, it } from 'vitest'
import { expectAccessible, renderPortal } from '@/testing/portal'
import { PauseAll } from './PauseAll'
import { WaitingList } from './WaitingList'
import { WorkerList } from './WorkerList'

const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString()
const text = (en: string) => ({ en, fr: en })
const project = { __typename: 'Project', id: 'prj_1', name: 'Shop' }
const held = (more = {}) => ({ __typename: 'Run', id: 'run_1', status: 'RUNNING', phase: 'APPLY', attempt: 1, claimedAt: at(-90), leaseExpiresAt: at(25), title: text('Create shop'), project, ...more })
const worker = (more = {}) => ({ __typename: 'Worker', id: 'wrk_1', name: 'goroutine-1', labels: ['dmz'], version: '1.0', tool: 'OpenTofu 1.12.6', slots: 2, remote: false, paused: false, seenAt: at(0), alive: true, runs: [held()], ...more }) as never
const waiting = (id: string, more = {}) => ({ __typename: 'Run', id, kind: 'PROVISION', priority: 'plan', queuedAt: at(-200), requestedBy: 'Ada', labels: [], title: text(`Create ${id}`), blockedReason: null, project, ...more }) as never
const PUT_BACK = { RequeueRun: () => ({ requeueRun: { run: null, userErrors: [] } }) }

it('a worker is paused, and shows what it holds, since when and for how long', async () => {
  const { asked } = await renderPortal(<WorkerList workers={[worker()]} />, { answers: { PauseWorker: () => ({ pauseWorker: { worker: null, userErrors: [] } }) } })
  const list = await screen.findByRole('list', { name: i18next.t('worker.holdsOf', { name: 'goroutine-1' }) })
  expect(within(list).getByRole('link', { name: 'Create shop' })).toBeTruthy()
  expect(list.textContent).toMatch(/Shop.*1m 3\ds.*lease for another 2\ds/)
  expect(screen.getByText(/slots in use: 1 of 2/)).toBeTruthy()
  expect(screen.getByText(i18next.t('worker.status.alive'))).toBeTruthy()
  await expectAccessible()
  await userEvent.click(screen.getByRole('button', { name: i18next.t('worker.pauseOne', { name: 'goroutine-1' }) }))
  expect(await screen.findByText(i18next.t('worker.paused', { name: 'goroutine-1' }))).toBeTruthy()
  expect(asked).toEqual([{ name: 'PauseWorker', variables: { input: { id: 'wrk_1', paused: true } } }])
})

it('a paused worker drains until it holds nothing, one that is gone is not paused', async () => {
  const workers = [worker({ paused: true }), worker({ id: 'wrk_2', name: 'empty', paused: true, runs: [] }), worker({ id: 'wrk_3', name: 'lost', alive: false, runs: [] })]
  const { asked } = await renderPortal(<WorkerList workers={workers} />, { answers: { PauseWorker: () => ({ pauseWorker: { worker: null, userErrors: [{ code: 'CONFLICT', field: [], message: 'It is gone.' }] } }) } })
  for (const status of ['draining', 'paused', 'gone'] as const) expect(await screen.findByText(i18next.t(`worker.status.${status}`))).toBeTruthy()
  expect(screen.queryByRole('button', { name: i18next.t('worker.pauseOne', { name: 'lost' }) })).toBeNull()
  await userEvent.click(screen.getByRole('button', { name: i18next.t('worker.resumeOne', { name: 'goroutine-1' }) }))
  expect(await screen.findByText('It is gone.')).toBeTruthy()
  expect(asked[0]?.variables).toEqual({ input: { id: 'wrk_1', paused: false } })
})

it('the run of a silent worker is put back after a question that says what follows', async () => {
  const silent = worker({ alive: false, runs: [held({ leaseExpiresAt: at(-5) })] })
  const { asked } = await renderPortal(<WorkerList workers={[silent]} />, { answers: PUT_BACK })
  expect(await screen.findByText(i18next.t('worker.leaseOver'), { exact: false })).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: i18next.t('worker.requeue.one', { run: 'Create shop' }) }))
  const dialog = await screen.findByRole('dialog')
  expect(dialog.textContent).toContain(i18next.t('worker.requeue.silent', { worker: 'goroutine-1' }))
  await expectAccessible()
  expect(asked).toEqual([])
  await userEvent.click(within(dialog).getByRole('button', { name: i18next.t('worker.requeue.action') }))
  expect(await screen.findByText(i18next.t('worker.requeue.done', { run: 'Create shop' }))).toBeTruthy()
  expect(asked).toEqual([{ name: 'RequeueRun', variables: { input: { id: 'run_1' } } }])
})

it('a run that is being canceled is not put back', async () => {
  await renderPortal(<WorkerList workers={[worker({ runs: [held({ status: 'CANCELING' })] })]} />)
  expect(await screen.findByText(i18next.t('run.status.CANCELING'), { exact: false })).toBeTruthy()
  expect(screen.queryByRole('button', { name: i18next.t('worker.requeue.one', { run: 'Create shop' }) })).toBeNull()
})

it('what waits is shown in order, with its priority, its age, why, and how many more there are', async () => {
  const runs = [waiting('run_a', { priority: 'apply' }), waiting('run_b', { blockedReason: text('Waits for a worker with the label dmz.') })]
  await renderPortal(<WaitingList runs={runs} total={5} />)
  const rows = within(await screen.findByRole('list', { name: i18next.t('worker.queue') })).getAllByRole('listitem').map(({ textContent }) => textContent)
  expect(rows[0]).toMatch(new RegExp(`^1.*Create run_a.*${i18next.t('worker.priority.apply')}.*3m 20s`))
  expect(rows[1]).toMatch(new RegExp(`^2.*label dmz.*${i18next.t('worker.priority.plan')}`))
  expect(screen.getByText('3 more wait.')).toBeTruthy()
  await expectAccessible()
})

it('all workers that are there are paused after a question, and the others left alone', async () => {
  const workers = [worker(), worker({ id: 'wrk_2', paused: true }), worker({ id: 'wrk_3', alive: false })]
  const { asked } = await renderPortal(<PauseAll workers={workers} />, { answers: { PauseWorker: () => ({ pauseWorker: { worker: null, userErrors: [] } }) } })
  await userEvent.click(await screen.findByRole('button', { name: i18next.t('worker.pauseAll') }))
  const dialog = await screen.findByRole('dialog')
  expect(asked).toEqual([])
  await userEvent.click(within(dialog).getByRole('button', { name: i18next.t('worker.pauseAll') }))
  await expect.poll(() => asked.map(({ variables }) => variables)).toEqual([{ input: { id: 'wrk_1', paused: true } }])
})
