import { Checkbox, NumberInput, Textarea, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { ProjectChooser, ProviderChooser } from '@/api/Chooser'
import { useAction } from '@/api/useAction'
import { useFields } from '@/api/useFields'
import { graphql } from '@/gql'
import { Dialog } from '@/ui/Dialog'
import { Form } from '@/ui/Form'

const CreateNetwork = graphql(/* GraphQL */ `
  mutation CreateNetwork($input: CreateNetworkInput!) {
    createNetwork(input: $input) {
      network {
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

const UpdateNetwork = graphql(/* GraphQL */ `
  mutation UpdateNetwork($input: UpdateNetworkInput!) {
    updateNetwork(input: $input) {
      network {
        id
        ...NetworkListItem
        ...NetworkDetails
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

export interface NetworkValues extends Record<string, unknown> {
  name: string
  cidr: string
  scope: string
  providerId: string | null
  projectId: string | null
  gateway: string
  vlan: number | string
  claimable: boolean
  notes: string
}

const EMPTY: NetworkValues = { name: '', cidr: '', scope: '', providerId: null, projectId: null, gateway: '', vlan: '', claimable: true, notes: '' }

interface NetworkDialogProps {
  opened: boolean
  /** The one that is changed; a new one without. */
  network?: { id: string } & NetworkValues
  onClose: () => void
  onSaved: (id: string) => void
}

/** A network is added or changed. Its range never changes. */
export function NetworkDialog({ opened, ...rest }: NetworkDialogProps) {
  const { t } = useTranslation()
  return (
    <Dialog opened={opened} onClose={rest.onClose} title={t(rest.network ? 'network.change' : 'network.add')}>
      <NetworkForm {...rest} />
    </Dialog>
  )
}

function NetworkForm({ network, onClose, onSaved }: Omit<NetworkDialogProps, 'opened'>) {
  const { t } = useTranslation()
  const { values, errors, set, clearErrors, onFieldError } = useFields<NetworkValues>(network ?? EMPTY)
  const [create, creating] = useAction(CreateNetwork, { onFieldError, success: t('network.saved') })
  const [update, updating] = useAction(UpdateNetwork, { onFieldError, success: t('network.saved') })

  async function send() {
    clearErrors()
    const { claimable, vlan } = values
    const common = { name: values.name.trim(), gateway: values.gateway.trim(), notes: values.notes.trim(), claimable, vlan: vlan === '' ? undefined : Number(vlan) }
    if (network) {
      if (await update({ input: { id: network.id, ...common } })) onSaved(network.id)
      return
    }
    const input = { ...common, cidr: values.cidr.trim(), scope: values.scope.trim(), providerId: values.providerId ?? undefined, projectId: values.projectId ?? undefined }
    const made = (await create({ input }))?.createNetwork.network
    if (made) onSaved(made.id)
  }

  return (
    <Form onSubmit={send} action={t(network ? 'network.save' : 'network.addAction')} busy={creating || updating} onCancel={onClose}>
      <TextInput label={t('network.field.name')} value={values.name} onChange={({ currentTarget }) => { set({ name: currentTarget.value }) }} error={errors.name} required withAsterisk={false} data-autofocus />
      {!network && (
        <>
          <TextInput label={t('network.field.cidr')} description={t('network.field.cidrHelp')} placeholder="10.20.0.0/24" value={values.cidr} onChange={({ currentTarget }) => { set({ cidr: currentTarget.value }) }} error={errors.cidr} required withAsterisk={false} spellCheck={false} ff="monospace" />
          <TextInput label={t('network.field.scope')} description={t('network.field.scopeHelp')} value={values.scope} onChange={({ currentTarget }) => { set({ scope: currentTarget.value }) }} error={errors.scope} spellCheck={false} />
          <ProviderChooser label={t('network.field.provider')} value={values.providerId} onChange={(providerId) => { set({ providerId: providerId ?? null }) }} error={errors.providerId} clearable />
          <ProjectChooser active label={t('network.field.project')} description={t('network.field.projectHelp')} value={values.projectId} onChange={(projectId) => { set({ projectId: projectId ?? null }) }} error={errors.projectId} clearable />
        </>
      )}
      <TextInput label={t('network.field.gateway')} description={t('network.field.gatewayHelp')} value={values.gateway} onChange={({ currentTarget }) => { set({ gateway: currentTarget.value }) }} error={errors.gateway} spellCheck={false} ff="monospace" />
      <NumberInput label="VLAN" value={values.vlan} onChange={(vlan) => { set({ vlan }) }} error={errors.vlan} min={1} max={4094} allowDecimal={false} />
      <Checkbox label={t('network.field.claimable')} checked={values.claimable} onChange={({ currentTarget }) => { set({ claimable: currentTarget.checked }) }} />
      <Textarea label={t('network.field.notes')} value={values.notes} onChange={({ currentTarget }) => { set({ notes: currentTarget.value }) }} error={errors.notes} autosize minRows={2} />
    </Form>
  )
}
