import { Group } from '@mantine/core'
import { IconBuildingWarehouse } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import { HealthCounts } from '@/ui/Health'
import { useFormat } from '@/ui/format'
import { PageLink } from '@/ui/Page'
import { Row, Rows } from '@/ui/Rows'

export const ProviderListItem = graphql(/* GraphQL */ `
  fragment ProviderListItem on HostingProvider {
    id
    code
    name
    contact
    retiredAt
    serverCount
    health {
      health
      count
    }
  }
`)

export function ProviderList({ providers }: { providers: readonly ({ id: string } & FragmentType<typeof ProviderListItem>)[] }) {
  const { t } = useTranslation()
  return (
    <Rows label={t('provider.title')}>
      {providers.map((provider) => <ProviderRow key={provider.id} provider={provider} />)}
    </Rows>
  )
}

function ProviderRow({ provider: masked }: { provider: FragmentType<typeof ProviderListItem> }) {
  const { t } = useTranslation()
  const format = useFormat()
  const provider = unmask(ProviderListItem, masked)
  return (
    <Row
      lead={<IconBuildingWarehouse size={20} stroke={1.6} aria-hidden />}
      main={
        <>
          <PageLink to="/providers/$providerId" params={{ providerId: provider.id }} data-row-link>{provider.name}</PageLink>
          <Group gap={6} c="dimmed" fz="sm">
            <span>{provider.code}</span>
            <span>· {t('provider.servers', { count: provider.serverCount, shown: format.number(provider.serverCount) })}</span>
            {provider.contact && <span>· {provider.contact}</span>}
            {provider.retiredAt && <span>· {t('provider.retired')}</span>}
          </Group>
        </>
      }
      aside={<HealthCounts counts={provider.health} />}
    />
  )
}
