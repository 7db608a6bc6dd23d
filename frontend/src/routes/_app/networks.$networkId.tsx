import { Grid, Group, Select, Stack } from '@mantine/core'
import { IconAddressBook } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { Answer } from '@/api/Answer'
import { readPages, usePages } from '@/api/pages'
import { useMay } from '@/api/viewer'
import { NotFound } from '@/app/NotFound'
import { AddressList } from '@/features/network/AddressList'
import { NetworkActions, NetworkFacts } from '@/features/network/NetworkDetails'
import { NetworkMap } from '@/features/network/NetworkMap'
import { graphql } from '@/gql'
import type { AddressState } from '@/gql/graphql'
import { EmptyState } from '@/ui/EmptyState'
import { ExportMenu } from '@/ui/ExportMenu'
import { LoadMore } from '@/ui/LoadMore'
import { Page, PageLink } from '@/ui/Page'
import { Panel } from '@/ui/Panel'

const NetworkPageQuery = graphql(/* GraphQL */ `
  query NetworkPage($id: ID!) {
    node(id: $id) {
      ... on Network {
        id
        name
        cidr
        ...NetworkDetails
        ...NetworkMap
      }
    }
  }
`)

const NetworkAddressesQuery = graphql(/* GraphQL */ `
  query NetworkAddresses($where: AddressWhereInput, $after: Cursor) {
    addresses(first: 50, after: $after, where: $where, orderBy: { field: CREATED_AT, direction: ASC }) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          ...AddressListItem
        }
      }
    }
  }
`)

const STATES: AddressState[] = ['ASSIGNED', 'CLAIMED', 'RESERVED', 'FREE']
const CONTEXT = { additionalTypenames: ['Address', 'Server'] }

interface Search {
  state?: AddressState
  pages?: number
}

export const Route = createFileRoute('/_app/networks/$networkId')({
  validateSearch: ({ state, pages }): Search => ({ state: STATES.find((known) => known === state), pages: readPages(pages) }),
  component: NetworkPage,
})

function NetworkPage() {
  const { t } = useTranslation()
  const { networkId } = Route.useParams()
  const navigate = Route.useNavigate()
  const mayManage = useMay('inventory.manage')
  const [result, reexecute] = useQuery({ query: NetworkPageQuery, variables: { id: networkId }, context: CONTEXT })
  return (
    <Answer result={result} retry={() => { reexecute({ requestPolicy: 'network-only' }) }}>
      {({ node }) =>
        node?.__typename !== 'Network' ? <NotFound /> : (
          <Page
            title={node.name}
            lead={node.cidr}
            trail={[<PageLink key="networks" to="/networks">{t('network.title')}</PageLink>]}
            actions={mayManage && <NetworkActions network={node} onDeleted={() => void navigate({ to: '/networks' })} />}
          >
            <Grid gap="md">
              <Grid.Col span={{ base: 12, md: 8 }}>
                <Stack gap="md">
                  <NetworkMap network={node} />
                  <Addresses networkId={node.id} />
                </Stack>
              </Grid.Col>
              <Grid.Col span={{ base: 12, md: 4 }}><NetworkFacts network={node} /></Grid.Col>
            </Grid>
          </Page>
        )
      }
    </Answer>
  )
}

function Addresses({ networkId }: { networkId: string }) {
  const { t } = useTranslation()
  const navigate = Route.useNavigate()
  const { state, pages = 1 } = Route.useSearch()
  const where = { networkID: networkId, ...(state && { state }) }
  const { result, retry, nodes: addresses, more, fetching } = usePages(NetworkAddressesQuery, { where }, { pages, list: (data) => data.addresses, context: CONTEXT })
  const pick = <Select size="xs" aria-label={t('network.address.filter')} placeholder={t('network.address.filter')} data={STATES.map((value) => ({ value, label: t(`network.address.state.${value}`) }))} value={state ?? null} onChange={(next) => void navigate({ search: { state: (next as AddressState | null) ?? undefined }, replace: true, resetScroll: false })} clearable w={160} />
  return (
    <div>
      <Panel title={t('network.address.title')} actions={<Group gap="xs"><ExportMenu list="addresses" where={where} orderBy={{ field: 'CREATED_AT', direction: 'ASC' }} />{pick}</Group>} flush>
        <Answer result={result} retry={retry}>
          {() => (addresses.length === 0 ? <EmptyState compact icon={IconAddressBook} title={t('network.address.empty')} help={t('network.address.emptyHelp')} /> : <AddressList addresses={addresses} withNetwork={false} />)}
        </Answer>
      </Panel>
      <LoadMore more={more} busy={fetching} onMore={() => void navigate({ search: (before) => ({ ...before, pages: pages + 1 }), replace: true, resetScroll: false })} />
    </div>
  )
}
