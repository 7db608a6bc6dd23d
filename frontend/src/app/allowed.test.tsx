import { screen } from '@testing-library/react'
import i18next from 'i18next'
import { expect, it } from 'vitest'
import { renderPortal } from '@/testing/portal'
import { Allowed } from './Allowed'

const page = <Allowed permission="inventory.manage"><p>the form</p></Allowed>

it('shows a form to those who may use it', async () => {
  await renderPortal(page, { permissions: ['inventory.manage'] })
  expect(await screen.findByText('the form')).toBeTruthy()
})

it.each(['en', 'fr'] as const)('tells others which permission it takes, in %s', async (language) => {
  await renderPortal(page, { permissions: ['inventory.read'], language })
  expect(await screen.findByText(i18next.t('common.error.deniedHelp', { permission: 'inventory.manage' }))).toBeTruthy()
  expect(screen.queryByText('the form')).toBeNull()
})
