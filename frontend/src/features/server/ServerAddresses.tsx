import { Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import { CopyButton } from '@/ui/CopyButton'
import { PageLink } from '@/ui/Page'
import { Panel } from '@/ui/Panel'
import { Row, Rows } from '@/ui/Rows'

export const ServerAddressesFields = graphql(/* GraphQL */ `
  fragment ServerAddresses on Server {
    id
    addresses {
      id
      ip
      state
      note
      network {
        id
        name
        cidr
      }
    }
  }
`)

export function ServerAddresses({ server: masked }: { server: FragmentType<typeof ServerAddressesFields> }) {
  const { t } = useTranslation()
  const addresses = unmask(ServerAddressesFields, masked).addresses ?? []
  if (addresses.length === 0) return <Panel title={t('server.addresses')}><Text size="sm" c="dimmed">{t('server.noAddresses')}</Text></Panel>
  return (
    <Panel title={t('server.addresses')} flush>
      <Rows label={t('server.addresses')}>
        {addresses.map(({ id, ip, note, network }) => (
          <Row
            key={id}
            main={
              <>
                <Text ff="monospace" size="sm">{ip}</Text>
                <Text size="sm" c="dimmed"><PageLink to="/networks/$networkId" params={{ networkId: network.id }} underline="always">{network.name}</PageLink> · {network.cidr}{note && ` · ${note}`}</Text>
              </>
            }
            aside={<CopyButton value={ip} label={t('server.copyAddress', { ip })} />}
          />
        ))}
      </Rows>
    </Panel>
  )
}
