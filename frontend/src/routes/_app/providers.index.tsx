import { Button } from '@mantine/core'
import { IconBuildingWarehouse, IconPlus } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { readPages, usePages } from '@/api/pages'
import { useMay } from '@/api/viewer'
import { ProviderDialog } from '@/features/provider/ProviderDialog'
import { ProviderList } from '@/features/provider/ProviderList'
import { graphql } from '@/gql'
import { EmptyState } from '@/ui/EmptyState'
import { ExportMenu } from '@/ui/ExportMenu'
import { LoadMore } from '@/ui/LoadMore'
import { Page } from '@/ui/Page'

const ProvidersPageQuery = graphql(/* GraphQL */ `
  query ProvidersPage($after: Cursor) {
    hostingProviders(first: 50, after: $after, orderBy: { field: NAME, direction: ASC }) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          ...ProviderListItem
        }
      }
    }
  }
`)

/** Their servers and the health of these are counted. */
const CONTEXT = { additionalTypenames: ['HostingProvider', 'Server'] }

export const Route = createFileRoute('/_app/providers/')({
  validateSearch: ({ pages }): { pages?: number } => ({ pages: readPages(pages) }),
  component: ProvidersPage,
})

function ProvidersPage() {
  const { t } = useTranslation()
  const navigate = Route.useNavigate()
  const mayManage = useMay('inventory.manage')
  const [adding, setAdding] = useState(false)
  const { pages = 1 } = Route.useSearch()
  const { result, retry, nodes: providers, more, fetching } = usePages(ProvidersPageQuery, {}, { pages, list: (data) => data.hostingProviders, context: CONTEXT })
  const add = mayManage && <Button leftSection={<IconPlus size={16} />} onClick={() => { setAdding(true) }}>{t('provider.add')}</Button>
  return (
    <Page title={t('provider.title')} lead={t('provider.lead')} actions={<><ExportMenu list="providers" orderBy={{ field: 'NAME', direction: 'ASC' }} />{add}</>}>
      <Answer result={result} retry={retry}>
        {() => (providers.length === 0 ? <EmptyState icon={IconBuildingWarehouse} title={t('provider.empty')} help={t('provider.emptyHelp')} action={add} /> : <ProviderList providers={providers} />)}
      </Answer>
      <LoadMore more={more} busy={fetching} onMore={() => void navigate({ search: { pages: pages + 1 }, replace: true, resetScroll: false })} />
      <ProviderDialog opened={adding} onClose={() => { setAdding(false) }} onSaved={(providerId) => void navigate({ to: '/providers/$providerId', params: { providerId } })} />
    </Page>
  )
}
