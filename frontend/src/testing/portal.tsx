import { MantineProvider } from '@mantine/core'
import { Notifications, notifications } from '@mantine/notifications'
import { createMemoryHistory, createRootRoute, createRoute, createRouter, RouterProvider } from '@tanstack/react-router'
import { render } from '@testing-library/react'
import { cacheExchange, Client, fetchExchange } from '@urql/core'
import axe from 'axe-core'
import type { ReactNode } from 'react'
import { Provider } from 'urql'
import { expect } from 'vitest'
import { ViewerProvider } from '@/api/viewer'
import { startI18n } from '@/app/i18n'
import { theme } from '@/app/theme'

type Answers = Record<string, (variables: Record<string, unknown>) => unknown>

/** What was asked of the server: the operation's name and its variables. */
export interface Asked {
  name: string
  variables: Record<string, unknown>
}

const VIEWER = { id: 'usr_1', name: 'Ada Martin', email: 'ada@example.org' }

interface PortalOptions {
  /** What the server says to each operation, by its name. */
  answers?: Answers
  permissions?: string[]
  language?: 'en' | 'fr'
}

/** Shows something as it stands in the portal: signed in, with a server that answers what the test says. */
export async function renderPortal(children: ReactNode, { answers = {}, permissions = [], language = 'en' }: PortalOptions = {}) {
  const asked: Asked[] = []
  notifications.clean()
  await startI18n(language)
  const client = new Client({ url: 'http://portal.test/graphql', preferGetMethod: false, exchanges: [cacheExchange, fetchExchange], fetch: answering(answers, asked) })
  const root = createRootRoute()
  const here = createRoute({ getParentRoute: () => root, path: '/', component: () => <>{children}</> })
  const elsewhere = createRoute({ getParentRoute: () => root, path: '$' })
  const router = createRouter({ routeTree: root.addChildren([here, elsewhere]), history: createMemoryHistory() })
  await router.load()
  const view = render(
    <MantineProvider theme={theme} env="test">
      <Notifications />
      <Provider value={client}>
        <ViewerProvider value={{ ...VIEWER, permissions }}>
          <RouterProvider router={router as never} />
        </ViewerProvider>
      </Provider>
    </MantineProvider>,
  )
  return { ...view, asked }
}

function answering(answers: Answers, asked: Asked[]): typeof fetch {
  return (_url, init) => {
    const { operationName, variables } = JSON.parse(String(init?.body)) as { operationName: string; variables: Record<string, unknown> }
    asked.push({ name: operationName, variables })
    const answer = answers[operationName]
    const body = answer ? { data: answer(variables) } : { errors: [{ message: `nobody answers ${operationName}` }] }
    return Promise.resolve(new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } }))
  }
}

/** Finds what would keep somebody from using what is shown. Colours need a browser: the screens are looked at for these. */
export async function expectAccessible(element: Element = document.body) {
  const { violations } = await axe.run(element, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false }, 'page-has-heading-one': { enabled: false } } })
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
}
