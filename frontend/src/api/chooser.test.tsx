import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import i18next from 'i18next'
import { useState } from 'react'
import { expect, it, vi } from 'vitest'
import { expectAccessible, renderPortal } from '@/testing/portal'
import { NetworkChooser } from './Chooser'

const PAGE = 5
const network = (n: number) => ({ __typename: 'Network', id: `net_${String(n)}`, name: `lan-${String(n)}`, cidr: `10.0.${String(n)}.0/24` })

/** A server with so many networks, five on a page. */
function serverOf(count: number) {
  const all = Array.from({ length: count }, (_, at) => network(at + 1))
  return {
    Chosen: ({ id }: Record<string, unknown>) => ({ node: all.find((one) => one.id === id) ?? null }),
    NetworkChoices: ({ where }: Record<string, unknown>) => {
      const text = (where as { and?: { or?: { nameContainsFold?: string }[] }[] }).and?.[1]?.or?.[0]?.nameContainsFold ?? ''
      const found = all.filter(({ name, cidr }) => `${name} ${cidr}`.includes(text))
      return { choices: { __typename: 'NetworkConnection', pageInfo: { __typename: 'PageInfo', hasNextPage: found.length > PAGE, endCursor: 'c' }, edges: found.slice(0, PAGE).map((node) => ({ __typename: 'NetworkEdge', node })) } }
    },
  }
}

function Filter({ from }: { from?: string }) {
  const [value, setValue] = useState(from)
  return <NetworkChooser aria-label="Network" before={[{ value: 'none', label: 'Nobody’s' }]} value={value} onChange={setValue} clearable />
}

const field = () => screen.findByRole<HTMLInputElement>('combobox', { name: 'Network' })

it.each(['en', 'fr'] as const)('finds by what is typed what one page does not hold, with the keyboard alone (%s)', async (language) => {
  const { asked } = await renderPortal(<Filter />, { answers: serverOf(12), language })
  const chooser = await field()
  expect(asked).toEqual([]) // nothing is read before somebody chooses
  await userEvent.click(chooser)
  await screen.findByRole('option', { name: i18next.t('common.choice.more') })
  expect(screen.queryByRole('option', { name: 'lan-12 · 10.0.12.0/24' })).toBeNull()
  await userEvent.type(chooser, '10.0.12')
  await screen.findByRole('option', { name: 'lan-12 · 10.0.12.0/24' })
  await expectAccessible()
  await userEvent.keyboard('{ArrowDown}{Enter}')
  await waitFor(() => { expect(chooser.value).toBe('lan-12 · 10.0.12.0/24') })
  await userEvent.clear(chooser)
  await userEvent.type(chooser, 'nowhere')
  await screen.findByText(i18next.t('common.choice.none'))
})

it('a short list offers all that there is, and what stands before it', async () => {
  await renderPortal(<Filter />, { answers: serverOf(2) })
  await userEvent.click(await field())
  await screen.findByRole('option', { name: 'lan-1 · 10.0.1.0/24' })
  expect(screen.getAllByRole('option').map(({ textContent }) => textContent)).toEqual(['Nobody’s', 'lan-1 · 10.0.1.0/24', 'lan-2 · 10.0.2.0/24'])
})

it.each([
  ['net_11', 'lan-11 · 10.0.11.0/24'],
  ['net_gone', 'net_gone'],
  ['none', 'Nobody’s'],
])('tells what is chosen by the address alone: %s', async (from, shown) => {
  const { asked } = await renderPortal(<Filter from={from} />, { answers: serverOf(12) })
  const chooser = await field()
  await waitFor(() => { expect(chooser.value).toBe(shown) })
  expect(asked.map(({ name }) => name)).toEqual(from === 'none' ? [] : ['Chosen'])
})

it('chooses by name: networks that share one are one choice, and what is chosen needs no asking', async () => {
  const onChange = vi.fn()
  const twice = { ...serverOf(0), NetworkChoices: () => ({ choices: { __typename: 'NetworkConnection', pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null }, edges: [network(1), { ...network(2), name: 'lan-1' }].map((node) => ({ __typename: 'NetworkEdge', node })) } }) }
  const { asked } = await renderPortal(<NetworkChooser aria-label="Network" by="name" claimableBy="prj_1" value="net_old" onChange={onChange} />, { answers: twice })
  const chooser = await field()
  expect([chooser.value, asked]).toEqual(['net_old', []])
  await userEvent.click(chooser)
  await userEvent.clear(chooser)
  await userEvent.click(await screen.findByRole('option', { name: 'lan-1 · 10.0.1.0/24, lan-1 · 10.0.2.0/24' }))
  expect(onChange).toHaveBeenLastCalledWith('lan-1')
  expect(asked[0]?.variables).toMatchObject({ where: { claimable: true, or: [{ projectIDIsNil: true }, { projectID: 'prj_1' }] } })
})
