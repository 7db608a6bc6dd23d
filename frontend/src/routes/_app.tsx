import { createFileRoute, Outlet, redirect } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useClient } from 'urql'
import { useFollowEvents } from '@/app/shell/useFollowEvents'
import { changeLanguage } from '@/app/i18n'
import { Shell } from '@/app/shell/Shell'
import { ViewerProvider } from '@/api/viewer'
import { graphql } from '@/gql'

const ShellQuery = graphql(/* GraphQL */ `
  query Shell {
    viewer {
      name
      locale
      permissions
      user {
        id
        name
        email
      }
    }
    installation {
      version
      demo
    }
    eventCursor
  }
`)

/** Everything behind the sign-in. The cursor is read before the first page, so that no change falls in between. */
export const Route = createFileRoute('/_app')({
  staleTime: Number.POSITIVE_INFINITY,
  loader: async ({ context, location }) => {
    const { data, error } = await context.api.client.query(ShellQuery, {}, { requestPolicy: 'network-only' }).toPromise()
    if (data && !data.viewer?.user) throw redirect({ to: '/sign-in', search: { next: location.href } })
    if (error || !data?.viewer?.user) throw error ?? new Error('no answer')
    const { viewer } = data
    return { cursor: data.eventCursor, installation: data.installation, locale: viewer.locale, viewer: { ...data.viewer.user, permissions: viewer.permissions } }
  },
  component: SignedIn,
})

function SignedIn() {
  const { viewer, locale, installation, cursor } = Route.useLoaderData()
  const { api } = Route.useRouteContext()
  useFollowEvents(useClient(), cursor, api.notify)
  useEffect(() => {
    void changeLanguage(locale)
  }, [locale])
  return (
    <ViewerProvider value={viewer}>
      <Shell version={installation.version} demo={installation.demo}>
        <Outlet />
      </Shell>
    </ViewerProvider>
  )
}
