import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import i18next from 'i18next'
import { expect, it } from 'vitest'
import { expectAccessible, renderPortal } from '@/testing/portal'
import { StateLock } from './StateLock'
import { StateVersionList } from './StateVersionList'

const version = (n: number) => ({ __typename: 'StateVersion', id: `stv_${String(n)}`, version: n, serial: n + 10, size: 19_700, resourceCount: 4, sha256: 'abc', createdBy: 'Ada Martin', createdAt: new Date().toISOString(), run: null }) as never
const LOCKED = { __typename: 'Project', id: 'prj_1', stateLock: { holder: 'Grace', since: new Date().toISOString(), info: { Operation: 'OperationTypeApply' } } } as never

it('a lock is broken only by who types the acronym', async () => {
  const { asked } = await renderPortal(<StateLock project={LOCKED} acronym="SHOP" mayWrite />, { answers: { UnlockState: () => ({ unlockState: { project: null, userErrors: [] } }) } })
  expect(await screen.findByText(/· Apply/)).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: i18next.t('state.unlock') }))
  const confirm = screen.getAllByRole('button', { name: i18next.t('state.unlock') }).at(-1) as HTMLButtonElement
  expect(confirm.disabled).toBe(true)
  await userEvent.type(screen.getByRole('textbox'), 'SHOP')
  await userEvent.click(confirm)
  expect(await screen.findByText(i18next.t('state.unlocked'))).toBeTruthy()
  expect(asked).toEqual([{ name: 'UnlockState', variables: { input: { projectId: 'prj_1' } } }])
})

it('an earlier version is brought back after a question; the present one is only downloaded', async () => {
  const { asked } = await renderPortal(<StateVersionList versions={[version(2), version(1)]} mayWrite />, { answers: { RollBackState: () => ({ rollBackState: { stateVersion: { __typename: 'StateVersion', id: 'stv_3', version: 3 }, userErrors: [] } }) } })
  expect((await screen.findAllByText('19.7 kB')).length).toBe(2)
  expect(screen.getAllByRole('link').map((link) => link.getAttribute('href'))).toEqual(['/states/stv_2', '/states/stv_1'])
  await expectAccessible()
  await userEvent.click(screen.getByRole('button', { name: i18next.t('state.rollBack') }))
  await userEvent.click(screen.getByRole('button', { name: i18next.t('state.rollBackTo', { version: 1 }) }))
  expect(await screen.findByText(i18next.t('state.rolledBack', { version: 3 }))).toBeTruthy()
  expect(asked).toEqual([{ name: 'RollBackState', variables: { input: { id: 'stv_1' } } }])
})
