import { Select, Textarea, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { useFields } from '@/api/useFields'
import { graphql } from '@/gql'
import type { SecureAccessKind } from '@/gql/graphql'
import { Dialog } from '@/ui/Dialog'
import { Form } from '@/ui/Form'
import { fromLocalInput } from '@/ui/localTime'

const GrantAccess = graphql(/* GraphQL */ `
  mutation GrantAccess($input: GrantAccessInput!) {
    grantAccess(input: $input) {
      access {
        id
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

const KINDS: SecureAccessKind[] = ['SSH_KEY', 'VPN', 'BASTION']

interface GrantAccessDialogProps {
  opened: boolean
  serverId: string
  onClose: () => void
}

/** Writes down who gets onto a server. */
export function GrantAccessDialog({ opened, serverId, onClose }: GrantAccessDialogProps) {
  const { t } = useTranslation()
  return (
    <Dialog opened={opened} onClose={onClose} title={t('server.access.grant')} size="lg">
      <GrantForm serverId={serverId} onClose={onClose} />
    </Dialog>
  )
}

function GrantForm({ serverId, onClose }: Omit<GrantAccessDialogProps, 'opened'>) {
  const { t } = useTranslation()
  const { values, errors, set, clearErrors, onFieldError } = useFields<{ kind: SecureAccessKind; holder: string; endpoint: string; publicKey: string; expiresAt: string }>({ kind: 'SSH_KEY', holder: '', endpoint: '', publicKey: '', expiresAt: '' })
  const [grant, busy] = useAction(GrantAccess, { onFieldError, success: t('server.access.granted') })

  async function send() {
    clearErrors()
    const input = { serverId, kind: values.kind, holder: values.holder.trim(), endpoint: values.endpoint.trim(), publicKey: values.publicKey.trim(), expiresAt: fromLocalInput(values.expiresAt)?.toISOString() }
    if (await grant({ input })) onClose()
  }

  return (
    <Form onSubmit={send} action={t('server.access.grant')} busy={busy} onCancel={onClose}>
      <Select label={t('server.access.kindLabel')} data={KINDS.map((value) => ({ value, label: t(`server.access.kind.${value}`) }))} value={values.kind} onChange={(kind) => { if (kind) set({ kind: kind as SecureAccessKind }) }} error={errors.kind} allowDeselect={false} />
      <TextInput label={t('server.access.holder')} description={t('server.access.holderHelp')} value={values.holder} onChange={({ currentTarget }) => { set({ holder: currentTarget.value }) }} error={errors.holder} required withAsterisk={false} data-autofocus />
      <TextInput label={t('server.access.endpoint')} description={t('server.access.endpointHelp')} value={values.endpoint} onChange={({ currentTarget }) => { set({ endpoint: currentTarget.value }) }} error={errors.endpoint} spellCheck={false} />
      <Textarea label={t('server.access.publicKey')} description={t('server.access.publicKeyHelp')} value={values.publicKey} onChange={({ currentTarget }) => { set({ publicKey: currentTarget.value }) }} error={errors.publicKey} autosize minRows={2} ff="monospace" spellCheck={false} />
      <TextInput type="datetime-local" label={t('server.access.expiresAt')} description={t('common.optional')} value={values.expiresAt} onChange={({ currentTarget }) => { set({ expiresAt: currentTarget.value }) }} error={errors.expiresAt} />
    </Form>
  )
}
