import { Button, Group, Select } from '@mantine/core'
import { IconNetwork, IconPlus } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { ProviderChooser } from '@/api/Chooser'
import { readPages, usePages } from '@/api/pages'
import { useMay } from '@/api/viewer'
import { NetworkDialog } from '@/features/network/NetworkDialog'
import { NetworksByScope } from '@/features/network/NetworkList'
import { graphql } from '@/gql'
import type { NetworkFamily } from '@/gql/graphql'
import { EmptyState } from '@/ui/EmptyState'
import { ExportMenu } from '@/ui/ExportMenu'
import { LoadMore } from '@/ui/LoadMore'
import { Page } from '@/ui/Page'

const NetworksPageQuery = graphql(/* GraphQL */ `
  query NetworksPage($where: NetworkWhereInput, $after: Cursor) {
    networks(first: 100, after: $after, where: $where, orderBy: { field: NAME, direction: ASC }) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          ...NetworkListItem
        }
      }
    }
  }
`)

const FAMILIES: NetworkFamily[] = ['IPV4', 'IPV6']
/** How much is used follows from the addresses. */
const CONTEXT = { additionalTypenames: ['Network', 'Address', 'Server'] }

interface Search {
  provider?: string
  family?: NetworkFamily
  pages?: number
}

export const Route = createFileRoute('/_app/networks/')({
  validateSearch: ({ provider, family, pages }): Search => ({
    provider: typeof provider === 'string' ? provider : undefined,
    family: FAMILIES.find((known) => known === family),
    pages: readPages(pages),
  }),
  component: NetworksPage,
})

function NetworksPage() {
  const { t } = useTranslation()
  const navigate = Route.useNavigate()
  const mayManage = useMay('inventory.manage')
  const [adding, setAdding] = useState(false)
  const { provider, family, pages = 1 } = Route.useSearch()
  const where = { ...(provider && { providerID: provider }), ...(family && { family }) }
  const { result, retry, nodes: networks, more, fetching } = usePages(NetworksPageQuery, { where }, { pages, list: (data) => data.networks, context: CONTEXT })
  const filter = (change: Search) => void navigate({ search: (before) => ({ ...before, ...change, pages: undefined }), replace: true })
  const filtered = Boolean(provider ?? family)
  const add = mayManage && <Button leftSection={<IconPlus size={16} />} onClick={() => { setAdding(true) }}>{t('network.add')}</Button>
  return (
    <Page
      title={t('network.title')}
      lead={t('network.lead')}
      actions={<><ExportMenu list="networks" where={where} orderBy={{ field: 'NAME', direction: 'ASC' }} />{add}</>}
      bar={
        <Group gap="xs">
          <ProviderChooser aria-label={t('network.field.provider')} placeholder={t('network.field.provider')} value={provider} onChange={(next) => { filter({ provider: next }) }} clearable w={190} />
          <Select aria-label={t('network.family')} placeholder={t('network.family')} data={[{ value: 'IPV4', label: 'IPv4' }, { value: 'IPV6', label: 'IPv6' }]} value={family ?? null} onChange={(next) => { filter({ family: (next as NetworkFamily | null) ?? undefined }) }} clearable w={150} />
        </Group>
      }
    >
      <Answer result={result} retry={retry}>
        {() => (networks.length === 0 ? <EmptyState icon={IconNetwork} title={t(filtered ? 'network.nothingFound' : 'network.empty')} help={t(filtered ? 'network.nothingFoundHelp' : 'network.emptyHelp')} action={!filtered && add} /> : <NetworksByScope networks={networks} />)}
      </Answer>
      <LoadMore more={more} busy={fetching} onMore={() => void navigate({ search: (before) => ({ ...before, pages: pages + 1 }), replace: true, resetScroll: false })} />
      <NetworkDialog opened={adding} onClose={() => { setAdding(false) }} onSaved={(networkId) => void navigate({ to: '/networks/$networkId', params: { networkId } })} />
    </Page>
  )
}
