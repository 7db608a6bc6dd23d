import { graphql } from '@/gql'
import { usePages } from './pages'
import { CHOICES } from './projects'

const ProviderChoicesQuery = graphql(/* GraphQL */ `
  query ProviderChoices($where: HostingProviderWhereInput, $after: Cursor) {
    hostingProviders(first: 100, after: $after, where: $where, orderBy: { field: NAME, direction: ASC }) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          name
          code
        }
      }
    }
  }
`)

const NetworkChoicesQuery = graphql(/* GraphQL */ `
  query NetworkChoices($after: Cursor) {
    networks(first: 100, after: $after, orderBy: { field: NAME, direction: ASC }) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          name
          cidr
        }
      }
    }
  }
`)

const OrderChoicesQuery = graphql(/* GraphQL */ `
  query OrderChoices($where: PurchaseOrderWhereInput, $after: Cursor) {
    purchaseOrders(first: 100, after: $after, where: $where, orderBy: { field: NUMBER, direction: ASC }) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          number
          title
        }
      }
    }
  }
`)

export interface Choice {
  value: string
  label: string
}

/** The hosting providers that somebody may choose from; `active` leaves out those from which nothing more comes. */
export function useProviderChoices(active = false): Choice[] {
  const where = active ? { retiredAtIsNil: true } : {}
  return usePages(ProviderChoicesQuery, { where }, { pages: CHOICES, list: (data) => data.hostingProviders }).nodes.map(({ id, name }) => ({ value: id, label: name }))
}

export function useNetworkChoices(): Choice[] {
  return usePages(NetworkChoicesQuery, {}, { pages: CHOICES, list: (data) => data.networks }).nodes.map(({ id, name, cidr }) => ({ value: id, label: `${name} · ${cidr}` }))
}

/** The orders, of one hosting provider where it is given. */
export function useOrderChoices(providerID?: string): Choice[] {
  const where = providerID ? { providerID } : {}
  return usePages(OrderChoicesQuery, { where }, { pages: CHOICES, list: (data) => data.purchaseOrders }).nodes.map(({ id, number, title }) => ({ value: id, label: `${number} · ${title}` }))
}
