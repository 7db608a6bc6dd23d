import { SegmentedControl, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { useFields } from '@/api/useFields'
import { graphql } from '@/gql'
import { Dialog } from '@/ui/Dialog'
import { Form } from '@/ui/Form'

const ReserveAddresses = graphql(/* GraphQL */ `
  mutation ReserveAddresses($input: ReserveAddressesInput!) {
    reserveAddresses(input: $input) {
      network {
        id
        ...NetworkMap
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

interface ReserveDialogProps {
  opened: boolean
  networkId: string
  onClose: () => void
}

/** Keeps addresses from being handed out, or lets them be handed out again. */
export function ReserveDialog({ opened, networkId, onClose }: ReserveDialogProps) {
  const { t } = useTranslation()
  return (
    <Dialog opened={opened} onClose={onClose} title={t('network.reserve.title')}>
      <ReserveForm networkId={networkId} onClose={onClose} />
    </Dialog>
  )
}

function ReserveForm({ networkId, onClose }: Omit<ReserveDialogProps, 'opened'>) {
  const { t } = useTranslation()
  const { values, errors, set, clearErrors, onFieldError } = useFields({ first: '', last: '', note: '', reserved: true })
  const [reserve, busy] = useAction(ReserveAddresses, { onFieldError, success: t('network.reserve.done') })

  async function send() {
    clearErrors()
    const input = { networkId, first: values.first.trim(), last: values.last.trim() || undefined, reserved: values.reserved, note: values.note.trim() }
    if (await reserve({ input })) onClose()
  }

  return (
    <Form onSubmit={send} action={t(values.reserved ? 'network.reserve.reserve' : 'network.reserve.release')} busy={busy} onCancel={onClose}>
      <SegmentedControl aria-label={t('network.reserve.title')} fullWidth value={values.reserved ? 'reserve' : 'release'} onChange={(what) => { set({ reserved: what === 'reserve' }) }} data={[{ value: 'reserve', label: t('network.reserve.reserve') }, { value: 'release', label: t('network.reserve.release') }]} />
      <TextInput label={t('network.reserve.first')} value={values.first} onChange={({ currentTarget }) => { set({ first: currentTarget.value }) }} error={errors.first} required withAsterisk={false} spellCheck={false} ff="monospace" data-autofocus />
      <TextInput label={t('network.reserve.last')} description={t('network.reserve.lastHelp')} value={values.last} onChange={({ currentTarget }) => { set({ last: currentTarget.value }) }} error={errors.last} spellCheck={false} ff="monospace" />
      {values.reserved && <TextInput label={t('network.reserve.note')} value={values.note} onChange={({ currentTarget }) => { set({ note: currentTarget.value }) }} error={errors.note} />}
    </Form>
  )
}
