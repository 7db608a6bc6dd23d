import { Group, Text } from '@mantine/core'
import { IconNetwork } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import type { NetworkListItemFragment } from '@/gql/graphql'
import { PageLink } from '@/ui/Page'
import { Row, Rows } from '@/ui/Rows'
import { UsedBar } from './UsedBar'

export const NetworkListItem = graphql(/* GraphQL */ `
  fragment NetworkListItem on Network {
    id
    name
    cidr
    scope
    family
    vlan
    claimable
    provider {
      id
      name
    }
    project {
      id
      acronym
      name
    }
    utilization {
      total
      free
      used
    }
  }
`)

type Masked = { id: string } & FragmentType<typeof NetworkListItem>

export function NetworkList({ networks, label }: { networks: readonly Masked[]; label?: string }) {
  const { t } = useTranslation()
  return (
    <Rows label={label ?? t('network.title')}>
      {networks.map((network) => <NetworkRow key={network.id} network={network} />)}
    </Rows>
  )
}

/** The networks as a tree of one level: those of one scope together, public addresses first. */
export function NetworksByScope({ networks }: { networks: readonly Masked[] }) {
  const { t } = useTranslation()
  const scopes = [...new Set(networks.map((masked) => unmask(NetworkListItem, masked).scope))].sort()
  return scopes.map((scope) => {
    const some = networks.filter((masked) => unmask(NetworkListItem, masked).scope === scope)
    const label = scope === '' ? t('network.public') : t('network.scopeOf', { scope })
    return (
      <section key={scope} style={{ marginBottom: '1.25rem' }}>
        <Text component="h2" size="md" fw={600} mb={6}>{label}</Text>
        <NetworkList networks={some.sort((a, b) => byRange(unmask(NetworkListItem, a), unmask(NetworkListItem, b)))} label={label} />
      </section>
    )
  })
}

function byRange(a: NetworkListItemFragment, b: NetworkListItemFragment): number {
  return a.family.localeCompare(b.family) || a.cidr.localeCompare(b.cidr, undefined, { numeric: true })
}

function NetworkRow({ network: masked }: { network: Masked }) {
  const { t } = useTranslation()
  const network = unmask(NetworkListItem, masked)
  return (
    <Row
      lead={<IconNetwork size={20} stroke={1.6} aria-hidden />}
      main={
        <>
          <PageLink to="/networks/$networkId" params={{ networkId: network.id }} data-row-link>{network.name}</PageLink>
          <Group gap={6} c="dimmed" fz="sm">
            <Text span ff="monospace" size="xs">{network.cidr}</Text>
            {network.provider && <span>· {network.provider.name}</span>}
            {network.project && <span>· {t('network.onlyFor', { project: network.project.name })}</span>}
            {network.vlan != null && <span>· VLAN {network.vlan}</span>}
            {!network.claimable && <span>· {t('network.notClaimable')}</span>}
          </Group>
        </>
      }
      aside={<UsedBar {...network.utilization} />}
    />
  )
}
