import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import i18next from 'i18next'
import { expect, it, vi } from 'vitest'
import { expectAccessible, renderPortal } from '@/testing/portal'
import { RequestForm } from './RequestForm'

const SCHEMA = {
  type: 'object', additionalProperties: false, required: ['title'],
  properties: {
    title: { type: 'string', title: 'Title' },
    records: { type: 'array', title: 'Records', items: { type: 'object', additionalProperties: false, properties: { name: { type: 'string', title: 'Name of it' } } } },
  },
}
const template = { __typename: 'Template', id: 'tpl_1', name: 'zone', schema: SCHEMA } as never
const project = { __typename: 'Project', id: 'prj_1', acronym: 'SHOP', name: 'Shop', status: 'ACTIVE', viewerPermissions: ['resource.request'] } as never
const REFUSED = [{ code: 'CONFLICT', field: ['name'], message: 'The name is taken.' }, { code: 'INVALID', field: ['inputs', 'records', '0', 'name'], message: 'Such a record cannot be.' }]

async function show(userErrors: object[] = [], language: 'en' | 'fr' = 'en') {
  const view = await renderPortal(<RequestForm template={template} projects={[project]} more={false} searching={false} onSearch={vi.fn()} project="SHOP" onProject={vi.fn()} choices={{}} onRequested={vi.fn()} />, {
    answers: { Offer: () => ({ offer: { schema: SCHEMA, refusal: null } }), RequestResource: () => ({ requestResource: { resource: null, run: null, userErrors } }) },
    language,
  })
  await screen.findByRole('textbox', { name: 'Title' })
  return view
}

const send = () => userEvent.click(screen.getByRole('button', { name: i18next.t('resource.request.send') }))
const name = () => screen.getByRole('textbox', { name: i18next.t('resource.request.name') })

it('a form with mistakes says all of them at its top, and the first field that is wrong has the focus', async () => {
  const { asked } = await show()
  await send()
  const summary = await screen.findByRole('alert')
  expect(within(summary).getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual([`${i18next.t('resource.request.name')}: ${i18next.t('form.wrong.required')}`, `Title: ${i18next.t('form.wrong.required')}`])
  await waitFor(() => { expect(document.activeElement).toBe(name()) })
  await expectAccessible()
  await userEvent.click(within(summary).getByRole('link', { name: 'Title' }))
  expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Title' }))
  await userEvent.keyboard('A')
  await waitFor(() => { expect(within(summary).queryByRole('link', { name: 'Title' })).toBeNull() })
  expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Title' }))
  expect(asked.filter((one) => one.name === 'RequestResource')).toEqual([])
})

it('what the server refuses in a row of a table is said at its cell, and at the top with its row and column', async () => {
  await show(REFUSED)
  await userEvent.type(name(), 'zone')
  await userEvent.type(screen.getByRole('textbox', { name: 'Title' }), 'T')
  await userEvent.click(screen.getByRole('button', { name: i18next.t('form.add') }))
  await userEvent.type(await screen.findByRole('textbox', { name: 'Name of it' }), 'x')
  await send()
  const summary = await screen.findByRole('alert')
  await waitFor(() => { expect(summary.textContent).toContain('Records › row 1 › Name of it: Such a record cannot be.') })
  expect(summary.textContent).toContain('The name is taken.')
  await waitFor(() => { expect(document.activeElement).toBe(name()) })
  const cell = screen.getByRole('textbox', { name: 'Name of it' })
  expect(cell.getAttribute('aria-invalid')).toBe('true')
  await userEvent.click(within(summary).getByRole('link', { name: 'Records › row 1 › Name of it' }))
  expect(document.activeElement).toBe(cell)
})

it('French has its no-break space before the colon', async () => {
  await show([], 'fr')
  await send()
  expect((await screen.findByRole('alert')).textContent).toContain(`Title\u00a0: ${i18next.t('form.wrong.required')}`)
})

it.each(['en', 'fr'] as const)('a network is one of those that the project may claim from, and is sent by its name (%s)', async (language) => {
  const schema = { type: 'object', properties: { network: { type: 'string', default: '', title: 'Network', 'x-arpent': { source: { from: 'networks', value: 'name', label: 'name' } } } } }
  const front = { __typename: 'Network', id: 'net_1', name: 'front', cidr: '10.0.0.0/24' }
  const { asked } = await renderPortal(<RequestForm template={template} projects={[project]} more={false} searching={false} onSearch={vi.fn()} project="SHOP" onProject={vi.fn()} choices={{}} onRequested={vi.fn()} />, {
    language,
    answers: {
      Offer: () => ({ offer: { schema, refusal: null } }),
      NetworkChoices: () => ({ choices: { __typename: 'NetworkConnection', pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null }, edges: [{ __typename: 'NetworkEdge', node: front }] } }),
      RequestResource: () => ({ requestResource: { resource: null, run: null, userErrors: [{ code: 'INVALID', field: ['inputs', 'network'], message: 'front is none of the choices.' }] } }),
    },
  })
  await userEvent.click(await screen.findByRole('combobox', { name: 'Network' }))
  await userEvent.click(await screen.findByRole('option', { name: 'front · 10.0.0.0/24' }))
  await expectAccessible()
  await userEvent.type(name(), 'site')
  await send()
  await waitFor(() => { expect(asked.at(-1)).toMatchObject({ name: 'RequestResource', variables: { input: { inputs: { network: 'front' } } } }) })
  expect((await screen.findByRole('alert')).textContent).toContain('front is none of the choices.')
  expect(asked.find((one) => one.name === 'NetworkChoices')?.variables).toMatchObject({ where: { claimable: true, or: [{ projectIDIsNil: true }, { projectID: 'prj_1' }] } })
})
