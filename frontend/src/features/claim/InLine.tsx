import { Button, Group, Stack, Text } from '@mantine/core'
import { IconCircleCheck, IconHourglass } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useSubscription } from 'urql'
import { graphql } from '@/gql'
import { PageLink } from '@/ui/Page'
import { Status } from '@/ui/Status'

const ClaimChangedSubscription = graphql(/* GraphQL */ `
  subscription ClaimChanged($id: ID!) {
    claimChanged(id: $id) {
      id
      state
      server {
        id
        hostname
      }
      address {
        id
        ip
        network {
          id
        }
      }
    }
  }
`)

/** Waits in line with the reader, and says what the claim got once it got something. */
export function InLine({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation()
  const [{ data }] = useSubscription({ query: ClaimChangedSubscription, variables: { id } })
  const { state = 'WAITING', server, address } = data?.claimChanged ?? {}
  return (
    <Stack gap="md">
      <Group gap="xs" role="status">
        <Status tone={state === 'HELD' ? 'success' : 'warning'} icon={state === 'HELD' ? IconCircleCheck : IconHourglass} label={t(`claim.state.${state}`)} />
        {server && <PageLink to="/servers/$serverId" params={{ serverId: server.id }} fw={570}>{server.hostname}</PageLink>}
        {address && <PageLink to="/networks/$networkId" params={{ networkId: address.network.id }} fw={570}>{address.ip}</PageLink>}
      </Group>
      <Text size="sm">{t(state === 'HELD' ? 'claim.held' : 'claim.waitsHelp')}</Text>
      <Group justify="flex-end"><Button variant={state === 'HELD' ? 'filled' : 'default'} onClick={onClose} data-autofocus>{t('common.action.close')}</Button></Group>
    </Stack>
  )
}
