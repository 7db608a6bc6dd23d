import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import i18next from 'i18next'
import { expect, it, vi } from 'vitest'
import { expectAccessible, renderPortal } from '@/testing/portal'
import { RoleDialog, suggestKey } from './RoleDialog'

const permission = (name: string, scope: 'PLATFORM' | 'PROJECT') => ({ __typename: 'PermissionInfo', name, scope, title: { en: `May ${name}`, fr: `Peut ${name}` } }) as never
const NEW = 'new' as const
const PERMISSIONS = [permission('run.approve', 'PROJECT'), permission('run.cancel', 'PROJECT'), permission('user.manage', 'PLATFORM')]

it.each([['Release manager', 'RELEASE_MANAGER'], ['Équipe 2 – été', 'EQUIPE_2_ETE'], ['42', ''], ['x'.repeat(60), 'X'.repeat(40)]])('%s suggests the key %s', (title, key) => {
  expect(suggestKey(title)).toBe(key)
})

it('a role for projects offers what projects know, and nobody gives what they do not have', async () => {
  const onSaved = vi.fn()
  const { asked } = await renderPortal(<RoleDialog role={NEW} permissions={PERMISSIONS} onClose={vi.fn()} onSaved={onSaved} />, {
    permissions: ['role.manage', 'run.approve'],
    answers: { CreateRole: () => ({ createRole: { role: null, userErrors: [] } }) },
  })
  await userEvent.type(await screen.findByLabelText(i18next.t('role.titleEn')), 'Approver')
  const may = (name: string) => screen.queryByRole<HTMLInputElement>('checkbox', { name: `May ${name}` })
  expect([may('run.approve')?.disabled, may('run.cancel')?.disabled, may('user.manage')]).toEqual([false, true, null])
  await expectAccessible()
  await userEvent.click(may('run.approve') as HTMLElement)
  await userEvent.click(screen.getByRole('button', { name: i18next.t('role.save') }))
  await vi.waitFor(() => { expect(onSaved).toHaveBeenCalledOnce() })
  expect(asked[0]?.variables).toEqual({ input: { key: 'APPROVER', title: { en: 'Approver', fr: '' }, scope: 'PROJECT', permissions: ['run.approve'] } })
})
