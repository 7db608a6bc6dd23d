import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import { expectAccessible, renderPortal } from '@/testing/portal'
import { ProjectArchive } from './ProjectArchive'
import { SecretVariables } from './SecretVariables'

const PROJECT = { __typename: 'Project', id: 'prj_1', variables: {}, secretVariableNames: ['registry_token'] }
const saved = () => ({ updateProject: { project: null, userErrors: [] } })

describe('secret variables', () => {
  it('are replaced without ever being shown', async () => {
    const { asked } = await renderPortal(<SecretVariables project={PROJECT as never} disabled={false} />, { answers: { UpdateProject: saved } })
    await userEvent.click(await screen.findByRole('button', { name: 'Replace registry_token' }))
    const value = await screen.findByLabelText<HTMLInputElement>('Value')
    expect(value.value).toBe('')
    await userEvent.type(value, 's3cret')
    await expectAccessible()
    await userEvent.click(screen.getByRole('button', { name: 'Save the secret' }))
    expect(await screen.findByText('registry_token is sealed.')).toBeTruthy()
    expect(asked[0]?.variables).toEqual({ input: { id: 'prj_1', secretVariables: { registry_token: 's3cret' } } })
  })

  it('are taken away with a null', async () => {
    const { asked } = await renderPortal(<SecretVariables project={PROJECT as never} disabled={false} />, { answers: { UpdateProject: saved } })
    await userEvent.click(await screen.findByRole('button', { name: 'Take registry_token away' }))
    await userEvent.click(await screen.findByRole('button', { name: 'Take the secret away' }))
    await screen.findByText('registry_token is taken away.')
    expect(asked[0]?.variables).toEqual({ input: { id: 'prj_1', secretVariables: { registry_token: null } } })
  })
})

describe('archiving', () => {
  it('wants the acronym typed first', async () => {
    const { asked } = await renderPortal(<ProjectArchive projectId="prj_1" acronym="SHOP" archived={false} />, { answers: { ArchiveProject: () => ({ archiveProject: { project: { __typename: 'Project', id: 'prj_1', status: 'ARCHIVED' }, userErrors: [] } }) } })
    await userEvent.click(await screen.findByRole('button', { name: 'Archive' }))
    const dialog = await screen.findByRole('dialog')
    const confirm = [...dialog.querySelectorAll('button')].at(-1) as HTMLButtonElement
    expect(confirm.disabled).toBe(true)
    await userEvent.type(screen.getByRole('textbox'), 'SHOP')
    await userEvent.click(confirm)
    await screen.findByText('The project is archived.')
    expect(asked).toHaveLength(1)
  })
})
