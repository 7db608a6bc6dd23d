import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import i18next from 'i18next'
import { expect, it, vi } from 'vitest'
import { expectAccessible, renderPortal } from '@/testing/portal'
import { CreatePersonDialog } from './CreatePersonDialog'
import { PersonList } from './PersonList'

const ROLES = [{ id: 'rol_1', key: 'ADMIN', title: { en: 'Administrator', fr: 'Administrateur' } }]
const person = (id: string, name: string, status = 'ACTIVE') => ({ __typename: 'User', id, name, email: `${id}@example.org`, status, lastSeenAt: null }) as never

it('a new account’s password is shown once, and gone with the dialog', async () => {
  const [onCreated, onClose] = [vi.fn(), vi.fn()]
  const { asked } = await renderPortal(<CreatePersonDialog opened onClose={onClose} roles={ROLES} onCreated={onCreated} />, {
    answers: { CreateUser: () => ({ createUser: { user: { __typename: 'User', id: 'usr_9', name: 'Zoe' }, password: 'correct-horse', userErrors: [] } }) },
  })
  await userEvent.type(await screen.findByLabelText(i18next.t('person.name')), ' Zoe ')
  await userEvent.type(screen.getByLabelText(i18next.t('person.email')), 'zoe@example.org')
  await expectAccessible()
  await userEvent.click(screen.getByRole('button', { name: i18next.t('person.createAction') }))
  expect(await screen.findByText('correct-horse')).toBeTruthy()
  expect([onCreated.mock.calls.length, onClose.mock.calls.length]).toEqual([1, 0])
  expect(asked[0]?.variables).toEqual({ input: { name: 'Zoe', email: 'zoe@example.org', locale: 'en', roleId: null } })
})

it('somebody is disabled after a question; nobody disables themselves', async () => {
  const { asked } = await renderPortal(<PersonList people={[person('usr_1', 'Ada Martin'), person('usr_2', 'Grace Dupont')]} roles={ROLES} roleOf={new Map([['usr_2', 'rol_1']])} />, {
    answers: { UpdateUser: () => ({ updateUser: { user: null, userErrors: [] } }) },
  })
  expect(await screen.findByText('Administrator')).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: i18next.t('person.actionsOf', { name: 'Ada Martin' }) }))
  expect((await screen.findByRole('menuitem', { name: i18next.t('person.disable') })).hasAttribute('data-disabled')).toBe(true)
  await userEvent.keyboard('{Escape}')
  await userEvent.click(screen.getByRole('button', { name: i18next.t('person.actionsOf', { name: 'Grace Dupont' }) }))
  await userEvent.click((await screen.findAllByRole('menuitem', { name: i18next.t('person.disable') })).at(-1) as HTMLElement)
  await userEvent.click(await screen.findByRole('button', { name: i18next.t('person.disable') }))
  expect(await screen.findByText(i18next.t('person.disabled', { name: 'Grace Dupont' }))).toBeTruthy()
  expect(asked).toEqual([{ name: 'UpdateUser', variables: { input: { id: 'usr_2', status: 'DISABLED' } } }])
})
