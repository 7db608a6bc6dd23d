import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, it, vi } from 'vitest'
import { expectAccessible, renderPortal } from '@/testing/portal'
import { AddMemberDialog } from './AddMemberDialog'
import { MemberList } from './MemberList'

const ROLES = [
  { id: 'rol_1', key: 'ADMIN', title: { en: 'Administrator', fr: 'Administrateur' }, permissions: [] },
  { id: 'rol_3', key: 'CONTRIBUTOR', title: { en: 'Contributor', fr: 'Contributeur' }, permissions: [] },
]
const MEMBER = { __typename: 'Membership' as const, id: 'mem_1', user: { __typename: 'User' as const, id: 'usr_2', name: 'Grace Dupont', email: 'grace@example.org', status: 'ACTIVE' as const }, role: { __typename: 'Role' as const, id: 'rol_3', title: { en: 'Contributor', fr: 'Contributeur' } } }

describe('adding a member', () => {
  it('shows beside the field what the server refuses', async () => {
    const onAdded = vi.fn()
    const { asked } = await renderPortal(<AddMemberDialog opened onClose={vi.fn()} projectId="prj_1" roles={ROLES} onAdded={onAdded} />, {
      answers: { AddMember: () => ({ addMember: { membership: null, userErrors: [{ code: 'NOT_FOUND', field: ['email'], message: 'Nobody has an account of that name.' }] } }) },
    })
    await userEvent.type(await screen.findByLabelText('Email'), 'x@example.org')
    await expectAccessible()
    await userEvent.click(screen.getByRole('button', { name: 'Add' }))
    expect(await screen.findByText('Nobody has an account of that name.')).toBeTruthy()
    expect(asked[0]?.variables).toEqual({ input: { projectId: 'prj_1', email: 'x@example.org', roleId: 'rol_3' } })
    expect(onAdded).not.toHaveBeenCalled()
  })
})

describe('the members', () => {
  it('are removed after a question', async () => {
    const onChanged = vi.fn()
    const { asked } = await renderPortal(<MemberList members={[MEMBER as never]} roles={ROLES} project="Online shop" mayManage onChanged={onChanged} />, {
      answers: { RemoveMember: () => ({ removeMember: { project: { __typename: 'Project', id: 'prj_1' }, userErrors: [] } }) },
    })
    await userEvent.click(await screen.findByRole('button', { name: 'Remove Grace Dupont' }))
    await userEvent.click(await screen.findByRole('button', { name: 'Remove from the project' }))
    expect(await screen.findByText('Grace Dupont is no member any more.')).toBeTruthy()
    expect(asked).toEqual([{ name: 'RemoveMember', variables: { input: { id: 'mem_1' } } }])
    expect(onChanged).toHaveBeenCalledOnce()
  })

  it('offer nothing to those who may only look', async () => {
    await renderPortal(<MemberList members={[MEMBER as never]} roles={ROLES} project="Online shop" mayManage={false} onChanged={vi.fn()} />)
    await screen.findByText('Grace Dupont')
    expect(screen.queryByRole('button')).toBeNull()
    await expectAccessible()
  })
})
