import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import i18next from 'i18next'
import { describe, expect, it, vi } from 'vitest'
import { expectAccessible, renderPortal } from '@/testing/portal'
import { CreateFreezeDialog } from './CreateFreezeDialog'
import { FreezeList, phaseOf } from './FreezeList'

const hour = (n: number) => new Date(Date.now() + n * 3_600_000).toISOString()
const freeze = (id: string, from: number, to: number, more = {}) => ({ __typename: 'Freeze', id, reason: `Reason ${id}`, startsAt: hour(from), endsAt: hour(to), liftedAt: null, createdBy: 'Ada', project: null, ...more }) as never

it.each([[1, 2, null, 'planned'], [-1, 1, null, 'active'], [-2, -1, null, 'over'], [-1, 1, hour(0), 'lifted']])('a freeze from %d h to %d h, lifted %s, is %s', (from, to, liftedAt, phase) => {
  expect(phaseOf({ startsAt: hour(from), endsAt: hour(to), liftedAt }, Date.now())).toBe(phase)
})

describe('the freezes', () => {
  it('are lifted after a question, and only those that hold or will', async () => {
    const { asked } = await renderPortal(<FreezeList mayManage freezes={[freeze('now', -1, 1), freeze('old', -2, -1)]} />, {
      answers: { LiftFreeze: () => ({ liftFreeze: { freeze: null, userErrors: [] } }) },
    })
    await screen.findByText('Reason old')
    const [lift, ...others] = screen.getAllByRole('button', { name: i18next.t('freeze.lift') })
    expect(others).toEqual([])
    await userEvent.click(lift as HTMLElement)
    await userEvent.click(screen.getAllByRole('button', { name: i18next.t('freeze.lift') }).at(-1) as HTMLElement)
    expect(await screen.findByText(i18next.t('freeze.lifted'))).toBeTruthy()
    expect(asked).toEqual([{ name: 'LiftFreeze', variables: { input: { id: 'now' } } }])
  })

  it('offer nothing to those who may only look', async () => {
    await renderPortal(<FreezeList mayManage={false} freezes={[freeze('now', -1, 1)]} />)
    await screen.findByText('Reason now')
    expect(screen.queryByRole('button')).toBeNull()
    await expectAccessible()
  })
})

it('a new freeze shows beside the field what the server refuses', async () => {
  const onCreated = vi.fn()
  await renderPortal(<CreateFreezeDialog opened onClose={vi.fn()} onCreated={onCreated} />, {
    answers: { CreateFreeze: () => ({ createFreeze: { freeze: null, userErrors: [{ code: 'INVALID', field: ['endsAt'], message: 'It ends before it begins.' }] } }) },
  })
  await userEvent.type(await screen.findByLabelText(i18next.t('freeze.reason')), 'Audit')
  await userEvent.type(screen.getByLabelText(i18next.t('freeze.to')), '2020-01-01T10:00')
  await expectAccessible()
  await userEvent.click(screen.getByRole('button', { name: i18next.t('freeze.createAction') }))
  expect(await screen.findByText('It ends before it begins.')).toBeTruthy()
  expect(onCreated).not.toHaveBeenCalled()
})
