import { createRouter } from '@tanstack/react-router'
import { createApi } from '@/api/client'
import { createSocket } from '@/api/socket'
import { routeTree } from '@/routeTree.gen'
import { Loading } from '@/ui/Loading'
import { NotFound } from './NotFound'
import { RouteFailure } from './RouteFailure'

const socketURL = new URL('/graphql', window.location.href)
socketURL.protocol = socketURL.protocol.replace('http', 'ws')

/** The server does not know us any more: sign in, and come back to this page. */
function toSignIn() {
  const { pathname, href } = router.state.location
  if (pathname !== '/sign-in') void router.navigate({ to: '/sign-in', search: { next: href } })
}

/** Everything anew: the server may have come back with another version of these pages. */
function reload() {
  window.location.reload()
}

export const api = createApi({
  url: '/graphql',
  socket: createSocket({ url: socketURL.href, onRefused: toSignIn }),
  onUnauthenticated: toSignIn,
})

export const router = createRouter({
  routeTree,
  context: { api },
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
  defaultPendingMs: 200,
  defaultPendingComponent: () => <div style={{ padding: 24 }}><Loading /></div>,
  defaultErrorComponent: ({ error, reset }) => <RouteFailure error={error} onBack={reload} onRetry={reset} />,
  defaultNotFoundComponent: NotFound,
})

/** Who hears the page rather than seeing it is told where they have come to. */
router.subscribe('onRendered', ({ pathChanged, fromLocation }) => {
  if (pathChanged && fromLocation) document.querySelector<HTMLElement>('[data-page-title]')?.focus({ preventScroll: true })
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
