import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import i18next from 'i18next'
import { useState } from 'react'
import { expect, it, vi } from 'vitest'
import { expectAccessible, renderPortal } from '@/testing/portal'
import { RequestForm } from './RequestForm'
import { useRequestProjects } from './useRequestProjects'

const PAGE = 5
const template = { __typename: 'Template', id: 'tpl_1', name: 'zone', schema: { type: 'object', properties: {} } } as never
const project = (n: number) => ({ __typename: 'Project', id: `prj_${String(n)}`, acronym: `P${String(n)}`, name: `Project ${String(n)}`, status: 'ACTIVE', viewerPermissions: ['resource.request'] })

/** A server with so many projects. */
function serverOf(count: number) {
  const projects = Array.from({ length: count }, (_, at) => project(at + 1))
  return {
    Offer: () => ({ offer: { schema: { type: 'object', properties: {} }, refusal: null } }),
    RequestProject: ({ acronym }: Record<string, unknown>) => ({ projectByAcronym: projects.find((one) => one.acronym === acronym) ?? null }),
    RequestProjects: ({ text }: Record<string, unknown>) => {
      const found = projects.filter(({ name, acronym }) => `${name} ${acronym}`.includes(String(text)))
      return { projects: { __typename: 'ProjectConnection', pageInfo: { __typename: 'PageInfo', hasNextPage: found.length > PAGE, endCursor: 'c' }, edges: found.slice(0, PAGE).map((node) => ({ __typename: 'ProjectEdge', node })) } }
    },
  }
}

function Request({ from }: { from?: string }) {
  const [chosen, setChosen] = useState(from)
  const { nodes, more, busy, search, result } = useRequestProjects(chosen)
  if (!result.data) return null
  return <RequestForm template={template} projects={nodes} more={more} searching={busy} onSearch={search} project={chosen} onProject={setChosen} choices={{}} onRequested={vi.fn()} />
}

const field = () => screen.findByRole('combobox', { name: i18next.t('resource.request.project') })
const searches = (asked: { name: string; variables: Record<string, unknown> }[]) => asked.filter(({ name }) => name === 'RequestProjects').map(({ variables }) => variables.text)

it.each(['en', 'fr'] as const)('a project beyond the first page is found by what is typed, with the keyboard alone (%s)', async (language) => {
  const { asked } = await renderPortal(<Request />, { answers: serverOf(12), language })
  const chooser = await field()
  expect(screen.getByText(i18next.t('resource.request.projectMore'))).toBeDefined()
  await userEvent.click(chooser)
  await userEvent.type(chooser, 'P12')
  await screen.findByRole('option', { name: 'Project 12 (P12)' })
  await expectAccessible()
  await userEvent.keyboard('{ArrowDown}{Enter}')
  await waitFor(() => { expect((chooser as HTMLInputElement).value).toBe('Project 12 (P12)') })
  await userEvent.tab()
  expect((chooser as HTMLInputElement).value).toBe('Project 12 (P12)')
  expect(asked.some(({ name, variables }) => name === 'Offer' && JSON.stringify(variables).includes('prj_12'))).toBe(true)
  expect(searches(asked).filter((text) => String(text).includes('('))).toEqual([])
  await userEvent.click(chooser)
  await userEvent.clear(chooser)
  await userEvent.type(chooser, 'nobody’s')
  await screen.findByText(i18next.t('resource.request.projectNone'))
})

it('a project that was come from is chosen, though it is beyond the first page', async () => {
  await renderPortal(<Request from="P11" />, { answers: serverOf(12) })
  const chooser = await field()
  await waitFor(() => { expect((chooser as HTMLInputElement).value).toBe('Project 11 (P11)') })
})

it('where one page holds all, nothing is asked for what is typed; one alone is chosen by itself', async () => {
  const { asked, unmount } = await renderPortal(<Request />, { answers: serverOf(5) })
  const chooser = await field()
  await userEvent.click(chooser)
  await userEvent.type(chooser, 'P4')
  await screen.findByRole('option', { name: 'Project 4 (P4)' })
  await userEvent.keyboard('{ArrowDown}{Enter}')
  await waitFor(() => { expect(asked.some(({ name }) => name === 'Offer')).toBe(true) })
  expect(searches(asked)).toEqual([''])
  unmount()
  await renderPortal(<Request />, { answers: serverOf(1) })
  const alone = await field()
  await waitFor(() => { expect((alone as HTMLInputElement).value).toBe('Project 1 (P1)') })
})
