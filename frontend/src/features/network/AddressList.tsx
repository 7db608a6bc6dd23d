import { Text } from '@mantine/core'
import { IconCircleCheck, IconHandGrab, IconLock, IconServer } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import type { AddressState } from '@/gql/graphql'
import { PageLink } from '@/ui/Page'
import { Row, Rows, StatusCell } from '@/ui/Rows'
import { Status, type Tone } from '@/ui/Status'
import { TimeAgo } from '@/ui/Time'
import classes from './AddressList.module.css'

export const AddressListItem = graphql(/* GraphQL */ `
  fragment AddressListItem on Address {
    id
    ip
    state
    stateSince
    note
    network {
      id
      name
      cidr
    }
    server {
      id
      hostname
    }
    project {
      id
      acronym
      name
    }
  }
`)

const LOOKS: Record<AddressState, { tone: Tone; icon: typeof IconLock }> = {
  FREE: { tone: 'success', icon: IconCircleCheck },
  RESERVED: { tone: 'neutral', icon: IconLock },
  CLAIMED: { tone: 'info', icon: IconHandGrab },
  ASSIGNED: { tone: 'info', icon: IconServer },
}

interface AddressListProps {
  addresses: readonly ({ id: string } & FragmentType<typeof AddressListItem>)[]
  /** On a network's own page its name needs no saying. */
  withNetwork?: boolean
}

export function AddressList({ addresses, withNetwork = true }: AddressListProps) {
  const { t } = useTranslation()
  return (
    <Rows label={t('network.address.title')}>
      {addresses.map((address) => <AddressRow key={address.id} address={address} withNetwork={withNetwork} />)}
    </Rows>
  )
}

function AddressRow({ address: masked, withNetwork }: { address: FragmentType<typeof AddressListItem>; withNetwork: boolean }) {
  const { t } = useTranslation()
  const address = unmask(AddressListItem, masked)
  return (
    <Row
      main={
        <>
          <Text ff="monospace" size="sm">{address.ip}</Text>
          <Text component="div" size="sm" c="dimmed" className={classes.facts}>
            {withNetwork && <span><PageLink to="/networks/$networkId" params={{ networkId: address.network.id }}>{address.network.name}</PageLink></span>}
            {address.server && <span><PageLink to="/servers/$serverId" params={{ serverId: address.server.id }}>{address.server.hostname}</PageLink></span>}
            {address.project && <span><PageLink to="/projects/$acronym" params={{ acronym: address.project.acronym }}>{address.project.name}</PageLink></span>}
            {address.note && <span>{address.note}</span>}
          </Text>
        </>
      }
      aside={
        <>
          <Text size="sm" c="dimmed" visibleFrom="sm"><TimeAgo value={address.stateSince} brief /></Text>
          <StatusCell><Status {...LOOKS[address.state]} label={t(`network.address.state.${address.state}`)} /></StatusCell>
        </>
      }
    />
  )
}
