import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeAll, expect, it, vi } from 'vitest'
import type { FragmentType } from '@/gql'
import { expectAccessible, renderPortal } from '@/testing/portal'
import { PlanTree, type PlanTreeFragment } from './PlanTree'

// jsdom lays nothing out: the list is told that it is 400 pixels high, and each row 37.
beforeAll(() => {
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(400)
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(800)
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(37)
})

const change = (n: number, action = 'CREATE') => ({
  __typename: 'PlanChange', address: `module.m${String(Math.floor(n / 100))}.null_resource.r[${String(n)}]`, module: `module.m${String(Math.floor(n / 100))}`, type: 'null_resource', name: 'r', action, reason: '', omitted: n === 0 ? 3 : 0,
  attributes: [{ __typename: 'PlanAttribute', path: 'triggers', before: null, after: `value ${String(n)}`, unknown: false, sensitive: false, forces: false }],
})

const planOf = (total: number, listed: number) =>
  ({ __typename: 'RunPlan', id: 'pln_1', add: total, change: 0, destroy: 0, truncated: 0, total, changes: Array.from({ length: listed }, (_, n) => change(n)), outputs: [] }) as unknown as FragmentType<typeof PlanTreeFragment>

/** A server with a plan of fifty thousand changes, of which every tenth destroys. */
const TOTAL = 50_000
function pageOf({ after, actions, contains }: Record<string, unknown>) {
  const all = Array.from({ length: TOTAL }, (_, n) => change(n, n % 10 === 0 ? 'DELETE' : 'CREATE')).filter(({ action, address }) => (!actions || (actions as string[]).includes(action)) && address.includes(String(contains)))
  const from = Number(after ?? 0)
  const page = all.slice(from, from + 100)
  return { node: { __typename: 'RunPlan', id: 'pln_1', allChanges: { totalCount: all.length, pageInfo: { hasNextPage: from + 100 < all.length, endCursor: String(from + 100) }, edges: page.map((node) => ({ node })) } } }
}

it('shows few changes as a tree, open, with what is left out of their values', async () => {
  await renderPortal(<PlanTree plan={planOf(2, 2)} />)
  expect(await screen.findByText(/value 0/)).toBeTruthy()
  expect(screen.getByText('3 more values change that are not shown.')).toBeTruthy()
  await expectAccessible()
})

it('keeps a plan of fifty thousand changes in pages, and few of them on the screen', async () => {
  const { asked } = await renderPortal(<PlanTree plan={planOf(TOTAL, 200)} />, { answers: { PlanChanges: pageOf } })
  expect(await screen.findByText('50,000 to add')).toBeTruthy()
  expect(await screen.findByText('50,000 changes.')).toBeTruthy()
  await screen.findByText('null_resource.r[3]')
  expect(screen.getAllByText(/^null_resource/).length).toBeLessThan(60)
  expect(asked.length).toBeLessThan(4)
  await userEvent.click(screen.getByText('null_resource.r[3]'))
  expect(await screen.findByText(/value 3/)).toBeTruthy()
  await expectAccessible()
})

it('filters a large plan on the server, by kind and by text', async () => {
  const { asked } = await renderPortal(<PlanTree plan={planOf(TOTAL, 200)} />, { answers: { PlanChanges: pageOf } })
  await screen.findByText('50,000 changes.')
  await userEvent.click(screen.getByText('Destroy', { selector: 'label *, label' }))
  expect(await screen.findByText('5,000 changes.')).toBeTruthy()
  await userEvent.type(screen.getByRole('searchbox'), 'm499.')
  expect(await screen.findByText('10 changes.')).toBeTruthy()
  await waitFor(() => { expect(asked.at(-1)?.variables).toMatchObject({ actions: ['DELETE'], contains: 'm499.' }) })
  await userEvent.type(screen.getByRole('searchbox'), 'nowhere')
  expect(await screen.findByText('No change like that.')).toBeTruthy()
})
