import type { FileRoutesByTo } from '../src/routeTree.gen'
import type { Api } from './installation'

const THINGS = /* GraphQL */ `
  query Things {
    template: templates(first: 1, where: { name: "published-site", latest: true }) { edges { node { id } } }
    resource: resources(first: 1, where: { name: "guide" }) { edges { node { id lastRun { id } } } }
    library: libraries(first: 1) { edges { node { id } } }
    server: servers(first: 1, where: { healthIn: [CRITICAL] }) { edges { node { id } } }
    provider: hostingProviders(first: 1, where: { code: "HEXA" }) { edges { node { id } } }
    network: networks(first: 1, where: { name: "public-web" }) { edges { node { id } } }
    order: purchaseOrders(first: 1, where: { number: "2026-041" }) { edges { node { id } } }
    session: importSessions(first: 1, where: { orderIDNotNil: true }) { edges { node { id } } }
    waiting: runs(first: 1, where: { status: AWAITING_APPROVAL }) { edges { node { id } } }
  }
`

type Things = Record<'template' | 'resource' | 'library' | 'waiting' | 'server' | 'provider' | 'network' | 'order' | 'session', { edges: { node: { id: string; lastRun?: { id: string } } }[] }>

/** An address of every page there is. A route that is missing here does not compile. */
export async function placesOf(api: Api): Promise<Record<keyof FileRoutesByTo, string> & { waiting: string }> {
  const things = await api.ask<Things>(THINGS)
  const one = (kind: keyof Things) => {
    const node = things[kind].edges[0]?.node
    if (!node) throw new Error(`the sample data has no ${kind}`)
    return node
  }
  return {
    '/sign-in': '/sign-in',
    '/': '/',
    '/projects': '/projects',
    '/projects/$acronym': '/projects/MAPS',
    '/projects/$acronym/runs': '/projects/MAPS/runs',
    '/catalog': '/catalog',
    '/catalog/$templateId': `/catalog/${one('template').id}`,
    '/catalog/$templateId/request': `/catalog/${one('template').id}/request?project=MAPS`,
    '/resources/$resourceId': `/resources/${one('resource').id}`,
    '/resources/$resourceId/change': `/resources/${one('resource').id}/change`,
    '/runs': '/runs',
    '/runs/$runId': `/runs/${one('resource').lastRun?.id ?? ''}`,
    '/projects/$acronym/servers': '/projects/MAPS/servers',
    '/projects/$acronym/claims': '/projects/MAPS/claims',
    '/projects/$acronym/members': '/projects/MAPS/members',
    '/projects/$acronym/settings': '/projects/MAPS/settings',
    '/projects/$acronym/state': '/projects/MAPS/state',
    '/libraries': '/libraries',
    '/libraries/$libraryId': `/libraries/${one('library').id}`,
    '/servers': '/servers',
    '/servers/$serverId': `/servers/${one('server').id}`,
    '/health': '/health',
    '/claims': '/claims',
    '/networks': '/networks',
    '/networks/$networkId': `/networks/${one('network').id}`,
    '/imports': '/imports',
    '/imports/new': `/imports/new?provider=${one('provider').id}`,
    '/imports/$sessionId': `/imports/${one('session').id}`,
    '/orders': '/orders',
    '/orders/new': '/orders/new',
    '/orders/$orderId': `/orders/${one('order').id}`,
    '/providers': '/providers',
    '/providers/$providerId': `/providers/${one('provider').id}`,
    '/tools': '/tools',
    '/audit': '/audit',
    '/profile': '/profile',
    '/admin/people': '/admin/people',
    '/admin/roles': '/admin/roles',
    '/admin/workers': '/admin/workers',
    '/admin/freezes': '/admin/freezes',
    '/$': '/nowhere',
    waiting: `/runs/${one('waiting').id}`,
  }
}
