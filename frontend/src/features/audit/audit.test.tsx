import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import i18next from 'i18next'
import { describe, expect, it, vi } from 'vitest'
import { expectAccessible, renderPortal } from '@/testing/portal'
import { AuditTrail } from './AuditTrail'
import { keyOf, KNOWN_TYPES, readFilter, whereOf } from './filter'
import { onTop } from './useEventPages'

describe('the filter in the address', () => {
  it('takes what it knows and drops the rest', () => {
    expect(readFilter({ type: ['run.failed', 7], actor: 'usr_1', subject: '', project: 4, other: 'x' })).toEqual({ type: ['run.failed'], actor: 'usr_1' })
  })

  it('becomes what the server takes', () => {
    expect(whereOf({ type: ['run.failed'], project: 'prj_1', from: '2026-01-02T03:04' })).toEqual({ typeIn: ['run.failed'], projectID: 'prj_1', timeGTE: new Date('2026-01-02T03:04').toISOString() })
  })

  it('names every kind that it offers', async () => {
    await renderPortal(null)
    expect(KNOWN_TYPES.filter((type) => !i18next.exists(`audit.type.${keyOf(type)}`))).toEqual([])
  })
})

describe('pages of events', () => {
  const known = { events: [{ id: '3' }, { id: '2' }, { id: '1' }], end: 'x', more: false }

  it('put what is new on top of what is known', () => {
    expect(onTop([{ id: '4' }, { id: '3' }], known, { end: 'y', more: true })).toEqual({ events: [{ id: '4' }, { id: '3' }, { id: '2' }, { id: '1' }], end: 'x', more: false })
  })

  it('begin anew when something may be missing in between', () => {
    expect(onTop([{ id: '9' }, { id: '8' }], known, { end: 'y', more: true })).toEqual({ events: [{ id: '9' }, { id: '8' }], end: 'y', more: true })
  })
})

const EVENT = { __typename: 'Event', id: 'evt_1', type: 'project.updated', actorID: 'usr_2', actor: 'Grace Dupont', subjectID: 'prj_1', subject: 'Online shop', projectID: 'prj_1', time: '2026-01-02T03:04:05Z', before: { budget: 1000 }, after: { budget: 1200 }, requestId: 'req_1', address: '192.0.2.1', node: { __typename: 'Project', id: 'prj_1', acronym: 'SHOP' } }
const page = (events: object[]) => ({ events: { pageInfo: { hasNextPage: false, endCursor: null }, edges: events.map((node) => ({ node })) } })

describe('the audit trail', () => {
  it('shows before and after, and filters by who did it', async () => {
    const onFilter = vi.fn()
    await renderPortal(<AuditTrail where={{}} filtered={false} mayInspect onFilter={onFilter} />, { answers: { AuditEvents: () => page([EVENT]) } })
    await userEvent.click(await screen.findByRole('button', { name: /Project changed/ }))
    const row = screen.getByRole('row', { name: /budget/ })
    expect(within(row).getByText('1000')).toBeTruthy()
    expect(within(row).getByText('1200')).toBeTruthy()
    await expectAccessible()
    await userEvent.click(screen.getByRole('button', { name: 'Only by them' }))
    expect(onFilter).toHaveBeenCalledWith({ actor: 'usr_2' })
  })

  it('keeps values from those who may not inspect them', async () => {
    await renderPortal(<AuditTrail where={{}} filtered={false} mayInspect={false} onFilter={vi.fn()} />, { answers: { AuditEvents: () => page([EVENT]) } })
    await userEvent.click(await screen.findByRole('button', { name: /Project changed/ }))
    expect(screen.queryByText('1200')).toBeNull()
    expect(screen.queryByText('192.0.2.1')).toBeNull()
  })

  it('tells a run in the reader’s language, whatever the journal has, and what the system forgot', async () => {
    const run = { ...EVENT, id: 'evt_2', type: 'run.failed', subjectID: 'run_1', subject: 'Create shop', node: { __typename: 'Run', id: 'run_1', title: { en: 'Create shop', fr: 'Créer shop' } } }
    const forgot = { ...EVENT, id: 'evt_3', type: 'retention.forgot', actorID: 'system:retention', actor: 'system:retention', subjectID: 'retention', subject: 'retention', node: null }
    await renderPortal(<AuditTrail where={{}} filtered={false} mayInspect onFilter={vi.fn()} />, { answers: { AuditEvents: () => page([run, forgot]) }, language: 'fr' })
    expect(await screen.findByRole('button', { name: /Créer shop/ })).toBeTruthy()
    expect(screen.queryByText(/Create shop/)).toBeNull()
    expect(screen.getByRole('button', { name: /Données anciennes effacées.*événements.*oubli des données/ })).toBeTruthy()
  })

  it('says what to do when a filter finds nothing, in French', async () => {
    await renderPortal(<AuditTrail where={{}} filtered mayInspect onFilter={vi.fn()} />, { answers: { AuditEvents: () => page([]) }, language: 'fr' })
    await waitFor(() => { expect(screen.getByText('Rien de tel ne s’est passé')).toBeTruthy() })
  })
})
