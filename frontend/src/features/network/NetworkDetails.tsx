import { Button } from '@mantine/core'
import { IconLock, IconPencil, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { type FragmentType, graphql, unmask } from '@/gql'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { Facts } from '@/ui/Facts'
import { PageLink } from '@/ui/Page'
import { Panel } from '@/ui/Panel'
import { NetworkDialog } from './NetworkDialog'
import { ReserveDialog } from './ReserveDialog'

export const NetworkDetailsFields = graphql(/* GraphQL */ `
  fragment NetworkDetails on Network {
    id
    name
    cidr
    scope
    family
    gateway
    vlan
    claimable
    notes
    provider {
      id
      name
    }
    project {
      id
      acronym
      name
    }
  }
`)

const DeleteNetwork = graphql(/* GraphQL */ `
  mutation DeleteNetwork($input: DeleteNetworkInput!) {
    deleteNetwork(input: $input) {
      deletedId
      userErrors {
        code
        field
        message
      }
    }
  }
`)

type Masked = FragmentType<typeof NetworkDetailsFields>

export function NetworkFacts({ network: masked }: { network: Masked }) {
  const { t } = useTranslation()
  const network = unmask(NetworkDetailsFields, masked)
  return (
    <Panel title={t('network.details')}>
      <Facts
        facts={[
          [t('network.field.cidr'), <code key="cidr">{network.cidr}</code>],
          [t('network.field.scope'), network.scope || t('network.public')],
          [t('network.field.gateway'), network.gateway && <code>{network.gateway}</code>],
          ['VLAN', network.vlan],
          [t('network.field.provider'), network.provider && <PageLink to="/providers/$providerId" params={{ providerId: network.provider.id }}>{network.provider.name}</PageLink>],
          [t('network.field.project'), network.project && <PageLink to="/projects/$acronym" params={{ acronym: network.project.acronym }}>{network.project.name}</PageLink>],
          [t('network.claims'), t(network.claimable ? 'network.isClaimable' : 'network.notClaimable')],
          [t('network.servers'), <PageLink key="servers" to="/servers" search={{ network: network.id }}>{t('network.showServers')}</PageLink>],
          [t('network.field.notes'), network.notes && <span style={{ whiteSpace: 'pre-wrap' }}>{network.notes}</span>],
        ]}
      />
    </Panel>
  )
}

export function NetworkActions({ network: masked, onDeleted }: { network: Masked; onDeleted: () => void }) {
  const { t } = useTranslation()
  const network = unmask(NetworkDetailsFields, masked)
  const [open, setOpen] = useState<'change' | 'reserve' | 'delete' | null>(null)
  const [remove, busy] = useAction(DeleteNetwork, { success: t('network.deleted', { name: network.name }) })
  const close = () => { setOpen(null) }

  async function confirm() {
    if (await remove({ input: { id: network.id } })) onDeleted()
    else close()
  }

  return (
    <>
      <Button variant="default" leftSection={<IconLock size={15} />} onClick={() => { setOpen('reserve') }}>{t('network.reserve.title')}</Button>
      <Button variant="default" leftSection={<IconPencil size={15} />} onClick={() => { setOpen('change') }}>{t('network.change')}</Button>
      <Button variant="default" leftSection={<IconTrash size={15} />} onClick={() => { setOpen('delete') }}>{t('network.delete')}</Button>
      <ReserveDialog opened={open === 'reserve'} networkId={network.id} onClose={close} />
      <NetworkDialog opened={open === 'change'} network={{ ...network, providerId: network.provider?.id ?? null, projectId: network.project?.id ?? null, vlan: network.vlan ?? '' }} onClose={close} onSaved={close} />
      <ConfirmDialog opened={open === 'delete'} onClose={close} title={t('network.delete')} action={t('network.delete')} danger busy={busy} onConfirm={() => void confirm()}>
        {t('network.deleteHelp', { name: network.name })}
      </ConfirmDialog>
    </>
  )
}
