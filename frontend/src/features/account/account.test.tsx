import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import i18next from 'i18next'
import { expect, it, vi } from 'vitest'
import { expectAccessible, renderPortal } from '@/testing/portal'
import { CreateTokenDialog } from './CreateTokenDialog'
import { PasswordForm } from './PasswordForm'

it('a token is shown once; without a scope it cannot be made', async () => {
  const onCreated = vi.fn()
  const { asked } = await renderPortal(<CreateTokenDialog opened onClose={vi.fn()} permissions={[{ name: 'run.read', title: { en: 'See runs', fr: 'Voir' } }]} onCreated={onCreated} />, {
    answers: { CreateToken: () => ({ createApiToken: { token: { __typename: 'ApiToken', id: 'tok_1' }, secret: 'arp_secret', userErrors: [] } }), CreateApiToken: () => ({ createApiToken: { token: { __typename: 'ApiToken', id: 'tok_1' }, secret: 'arp_secret', userErrors: [] } }) },
  })
  await userEvent.type(await screen.findByLabelText(i18next.t('account.token.name')), 'ci')
  const create = screen.getByRole<HTMLButtonElement>('button', { name: i18next.t('account.token.createAction') })
  expect(create.disabled).toBe(true)
  await userEvent.click(screen.getByRole('checkbox', { name: 'See runs' }))
  await expectAccessible()
  await userEvent.click(create)
  expect(await screen.findByText('arp_secret')).toBeTruthy()
  expect(onCreated).toHaveBeenCalledOnce()
  const { name, scopes, expiresAt } = (asked[0]?.variables as { input: { name: string; scopes: string[]; expiresAt: string } }).input
  expect([name, scopes]).toEqual(['ci', ['run.read']])
  expect(Math.round((Date.parse(expiresAt) - Date.now()) / 86_400_000)).toBe(30)
})

it('a password that is refused says so beside its field, and stays to be mended', async () => {
  await renderPortal(<PasswordForm />, { answers: { ChangePassword: () => ({ changePassword: { user: null, userErrors: [{ code: 'INVALID', field: ['current'], message: 'That is not your password.' }] } }) } })
  const current = await screen.findByLabelText<HTMLInputElement>(i18next.t('account.currentPassword'))
  await userEvent.type(current, 'wrong')
  await userEvent.type(screen.getByLabelText(i18next.t('account.newPassword')), 'correct-horse-battery')
  await userEvent.click(screen.getByRole('button', { name: i18next.t('account.changePassword') }))
  expect(await screen.findByText('That is not your password.')).toBeTruthy()
  expect(current.value).toBe('wrong')
})
