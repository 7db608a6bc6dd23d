import { Button, Group, Text } from '@mantine/core'
import { IconPencil, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { type FragmentType, graphql, unmask } from '@/gql'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { Facts } from '@/ui/Facts'
import { HealthCounts } from '@/ui/Health'
import { useFormat } from '@/ui/format'
import { PageLink } from '@/ui/Page'
import { Panel } from '@/ui/Panel'
import { ProviderDialog } from './ProviderDialog'

export const ProviderDetailsFields = graphql(/* GraphQL */ `
  fragment ProviderDetails on HostingProvider {
    id
    code
    name
    url
    contact
    notes
    retiredAt
    createdAt
    importMapping
    serverCount
    health {
      health
      count
    }
  }
`)

const DeleteProvider = graphql(/* GraphQL */ `
  mutation DeleteProvider($input: DeleteHostingProviderInput!) {
    deleteHostingProvider(input: $input) {
      deletedId
      userErrors {
        code
        field
        message
      }
    }
  }
`)

type Masked = FragmentType<typeof ProviderDetailsFields>

export function ProviderFacts({ provider: masked }: { provider: Masked }) {
  const { t } = useTranslation()
  const format = useFormat()
  const provider = unmask(ProviderDetailsFields, masked)
  const columns = columnsOf(provider.importMapping)
  return (
    <Panel title={t('provider.details')}>
      <Facts
        facts={[
          [t('provider.field.code'), provider.code],
          [t('provider.field.url'), provider.url && <a href={provider.url} target="_blank" rel="noreferrer noopener">{provider.url}</a>],
          [t('provider.field.contact'), provider.contact],
          [t('provider.field.notes'), provider.notes && <span style={{ whiteSpace: 'pre-wrap' }}>{provider.notes}</span>],
          [t('provider.serverCount'), <PageLink key="servers" to="/servers" search={{ provider: provider.id }}>{t('provider.servers', { count: provider.serverCount, shown: format.number(provider.serverCount) })}</PageLink>],
          [t('provider.health'), <Group key="health" gap={6}><HealthCounts counts={provider.health} /></Group>],
          [t('provider.since'), format.date(provider.createdAt)],
          [t('provider.retiredSince'), provider.retiredAt && format.date(provider.retiredAt)],
          [t('provider.mapping'), columns.length > 0 && columns.map(([field, header]) => <Text key={field} size="sm"><Text span c="dimmed">{field}</Text> ← {header || '–'}</Text>)],
        ]}
      />
    </Panel>
  )
}

/** How somebody mapped the columns of its files by hand. */
function columnsOf(mapping: unknown): [string, string][] {
  if (typeof mapping !== 'object' || mapping === null || !('columns' in mapping)) return []
  const { columns } = mapping
  return typeof columns === 'object' && columns !== null ? Object.entries(columns).map(([field, header]: [string, unknown]) => [field, String(header)]) : []
}

/** To change it, or to remove one that nothing was ever had from. */
export function ProviderActions({ provider: masked, onDeleted }: { provider: Masked; onDeleted: () => void }) {
  const { t } = useTranslation()
  const provider = unmask(ProviderDetailsFields, masked)
  const [changing, setChanging] = useState(false)
  const [deleting, setDeleting] = useState(false)
  const [remove, busy] = useAction(DeleteProvider, { success: t('provider.deleted', { name: provider.name }) })
  const close = () => { setChanging(false) }

  async function confirm() {
    if (await remove({ input: { id: provider.id } })) onDeleted()
    else setDeleting(false)
  }

  return (
    <>
      <Button variant="default" leftSection={<IconPencil size={15} />} onClick={() => { setChanging(true) }}>{t('provider.change')}</Button>
      <Button variant="default" leftSection={<IconTrash size={15} />} onClick={() => { setDeleting(true) }}>{t('provider.delete')}</Button>
      <ProviderDialog opened={changing} provider={{ id: provider.id, code: provider.code, name: provider.name, url: provider.url, contact: provider.contact, notes: provider.notes, retired: provider.retiredAt != null }} onClose={close} onSaved={close} />
      <ConfirmDialog opened={deleting} onClose={() => { setDeleting(false) }} title={t('provider.delete')} action={t('provider.delete')} danger busy={busy} onConfirm={() => void confirm()}>
        {t('provider.deleteHelp', { name: provider.name })}
      </ConfirmDialog>
    </>
  )
}
