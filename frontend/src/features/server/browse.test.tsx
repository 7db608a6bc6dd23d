import { act, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import i18next from 'i18next'
import { useRef } from 'react'
import { afterEach, expect, it, vi } from 'vitest'
import { expectAccessible, renderPortal } from '@/testing/portal'
import { ServerChecks } from './ServerChecks'
import { ServerFilters } from './ServerFilters'
import { useSideways } from './useSideways'

afterEach(() => { vi.restoreAllMocks() })

const session = { __typename: 'ImportSession', id: 'ims_1', fileName: 'november.csv', createdBy: 'Inès Laurent', createdAt: '2026-11-20T10:00:00Z' }
const SESSIONS = { SessionChoices: () => ({ choices: { __typename: 'ImportSessionConnection', pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null }, edges: [{ __typename: 'ImportSessionEdge', node: session }] } }) }

it.each(['en', 'fr'] as const)('servers are found by the import that brought them, which says who imported and when (%s)', async (language) => {
  const onFilter = vi.fn()
  const { asked } = await renderPortal(<ServerFilters filter={{ provider: 'hsp_1' }} onFilter={onFilter} onClear={vi.fn()} />, { permissions: ['inventory.read'], answers: { ...SESSIONS, Chosen: () => ({ node: null }) }, language })
  await userEvent.click(await screen.findByRole('combobox', { name: i18next.t('server.filter.imported') }))
  const option = await screen.findByRole('option', { name: 'november.csv · Inès Laurent · 2026-11-20' })
  expect(option.querySelector('[title]')?.getAttribute('title')).toBe('november.csv · Inès Laurent · 2026-11-20')
  await expectAccessible()
  await userEvent.click(option)
  expect(onFilter).toHaveBeenCalledWith({ session: 'ims_1' })
  expect(asked.find(({ name }) => name === 'SessionChoices')?.variables).toMatchObject({ where: { providerID: 'hsp_1' } })
})

it('who may see no imports is offered none, and can leave one that the address names', async () => {
  const onFilter = vi.fn()
  await renderPortal(<ServerFilters filter={{ session: 'ims_1' }} onFilter={onFilter} onClear={vi.fn()} />)
  await userEvent.click(await screen.findByRole('button', { name: i18next.t('server.filter.session') }))
  expect(onFilter).toHaveBeenCalledWith({ session: undefined })
  expect(screen.queryByRole('combobox', { name: i18next.t('server.filter.imported') })).toBeNull()
})

function Frame() {
  const frame = useRef<HTMLDivElement>(null)
  useSideways(frame)
  return <div data-testid="edges"><div ref={frame} data-testid="frame"><p>wide</p></div></div>
}

it('a frame that scrolls sideways says at which edges there is more', async () => {
  vi.spyOn(Element.prototype, 'scrollWidth', 'get').mockReturnValue(900)
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(600)
  await renderPortal(<Frame />)
  const edges = await screen.findByTestId('edges')
  const frame = screen.getByTestId('frame')
  const scrollTo = (left: number) => {
    frame.scrollLeft = left
    act(() => { frame.dispatchEvent(new Event('scroll')) })
    return [edges.hasAttribute('data-left'), edges.hasAttribute('data-right')]
  }
  expect([edges.hasAttribute('data-left'), edges.hasAttribute('data-right')]).toEqual([false, true])
  expect(scrollTo(100)).toEqual([true, true])
  expect(scrollTo(300)).toEqual([true, false])
})

it('the reports of a server are exported whole, as they are listed', async () => {
  const check = { __typename: 'Check', id: 'chk_1', name: 'ping', status: 'OK', message: '', source: 'probe', reporter: 'probe', observedAt: '2026-11-20T10:00:00Z', since: '2026-11-20T10:00:00Z', freshUntil: null, reports: { __typename: 'StateReportConnection', edges: [] } }
  await renderPortal(<ServerChecks server={{ __typename: 'Server', id: 'srv_1', checks: [check] } as never} mayReport={false} />)
  await userEvent.click(await screen.findByRole('button', { name: i18next.t('common.export.open') }))
  const link = await screen.findByRole('menuitem', { name: i18next.t('common.export.json') })
  const address = new URL(link.getAttribute('href') ?? '', 'http://portal.test')
  expect(address.pathname).toBe('/exports/reports.json')
  expect(JSON.parse(address.searchParams.get('where') ?? '')).toEqual({ checkIDIn: ['chk_1'] })
  await expectAccessible()
})
