import { Checkbox, Group, NumberInput, SegmentedControl, TagsInput, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { NetworkChooser, ProjectChooser, ProviderChooser } from '@/api/Chooser'
import { useIdempotencyKey } from '@/api/idempotency'
import { useAction } from '@/api/useAction'
import { useFields } from '@/api/useFields'
import { graphql } from '@/gql'
import type { ClaimState } from '@/gql/graphql'
import { Dialog } from '@/ui/Dialog'
import { Form } from '@/ui/Form'
import { InLine } from './InLine'

const ClaimServer = graphql(/* GraphQL */ `
  mutation ClaimServer($input: ClaimServerInput!) {
    claimServer(input: $input) {
      claim {
        id
        state
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

const ClaimAddress = graphql(/* GraphQL */ `
  mutation ClaimAddress($input: ClaimAddressInput!) {
    claimAddress(input: $input) {
      claim {
        id
        state
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

interface Values extends Record<string, unknown> {
  what: 'server' | 'address'
  projectId: string | null
  labels: string[]
  providerId: string | null
  networkId: string | null
  cores: number | string
  memory: number | string
  ip: string
  hours: number | string
  wait: boolean
  note: string
}

const EMPTY: Values = { what: 'server', projectId: null, labels: [], providerId: null, networkId: null, cores: '', memory: '', ip: '', hours: '', wait: false, note: '' }

interface ClaimDialogProps {
  opened: boolean
  onClose: () => void
}

/** Claims a server or an address for a project, as robots do. */
export function ClaimDialog({ opened, ...rest }: ClaimDialogProps) {
  const { t } = useTranslation()
  return (
    <Dialog opened={opened} onClose={rest.onClose} title={t('claim.add')} size="lg">
      <ClaimForm {...rest} />
    </Dialog>
  )
}

function ClaimForm({ onClose }: Omit<ClaimDialogProps, 'opened'>) {
  const { t } = useTranslation()
  const keyFor = useIdempotencyKey()
  const { values, errors, set, clearErrors, onFieldError } = useFields<Values>(EMPTY)
  const said = (state: string | undefined) => t(state === 'WAITING' ? 'claim.waits' : 'claim.held')
  const [claimServer, claimingServer] = useAction(ClaimServer, { onFieldError, success: (data) => said(data.claimServer.claim?.state) })
  const [claimAddress, claimingAddress] = useAction(ClaimAddress, { onFieldError, success: (data) => said(data.claimAddress.claim?.state) })
  const [waiting, setWaiting] = useState('')
  const ofServer = values.what === 'server'
  const done = (claim: { id: string; state: ClaimState } | null | undefined) => {
    if (claim?.state === 'WAITING') setWaiting(claim.id)
    else if (claim) onClose()
  }

  async function send() {
    clearErrors()
    const common = { projectId: values.projectId ?? '', wait: values.wait, note: values.note.trim(), lifetime: numberOf(values.hours, 3_600) }
    const where = { providerId: values.providerId ?? undefined, networkId: values.networkId ?? undefined }
    if (ofServer) {
      const input = { ...common, selector: { ...where, labels: values.labels, specification: { cores: numberOf(values.cores), memoryMiB: numberOf(values.memory, 1_024) } } }
      done((await claimServer({ input: { ...input, idempotencyKey: keyFor(input) } }))?.claimServer.claim)
      return
    }
    const input = { ...common, selector: { ...where, ip: values.ip.trim() || undefined } }
    done((await claimAddress({ input: { ...input, idempotencyKey: keyFor(input) } }))?.claimAddress.claim)
  }

  if (waiting) return <InLine id={waiting} onClose={onClose} />
  return (
    <Form onSubmit={send} action={t('claim.addAction')} busy={claimingServer || claimingAddress} disabled={!values.projectId} onCancel={onClose}>
      <SegmentedControl aria-label={t('claim.what')} fullWidth value={values.what} onChange={(what) => { set({ what: what as Values['what'] }) }} data={[{ value: 'server', label: t('claim.kind.SERVER') }, { value: 'address', label: t('claim.kind.ADDRESS') }]} />
      <ProjectChooser active label={t('claim.project')} value={values.projectId} onChange={(projectId) => { set({ projectId: projectId ?? null }) }} error={errors.projectId} openOnFocus={false} data-autofocus />
      <Group grow>
        <ProviderChooser active label={t('claim.provider')} value={values.providerId} onChange={(providerId) => { set({ providerId: providerId ?? null }) }} clearable />
        <NetworkChooser label={t('claim.network')} value={values.networkId} onChange={(networkId) => { set({ networkId: networkId ?? null }) }} clearable />
      </Group>
      {ofServer ? (
        <>
          <TagsInput label={t('claim.labels')} description={t('claim.labelsHelp')} value={values.labels} onChange={(labels) => { set({ labels }) }} acceptValueOnBlur />
          <Group grow>
            <NumberInput label={t('claim.cores')} value={values.cores} onChange={(cores) => { set({ cores }) }} min={0} allowDecimal={false} />
            <NumberInput label={t('claim.memory')} value={values.memory} onChange={(memory) => { set({ memory }) }} min={0} />
          </Group>
        </>
      ) : <TextInput label={t('claim.ip')} description={t('claim.ipHelp')} value={values.ip} onChange={({ currentTarget }) => { set({ ip: currentTarget.value }) }} spellCheck={false} ff="monospace" />}
      <NumberInput label={t('claim.hours')} description={t('claim.hoursHelp')} value={values.hours} onChange={(hours) => { set({ hours }) }} error={errors.lifetime as string | undefined} min={0} />
      <TextInput label={t('claim.note')} value={values.note} onChange={({ currentTarget }) => { set({ note: currentTarget.value }) }} error={errors.note} />
      <Checkbox label={t('claim.wait')} description={t('claim.waitHelp')} checked={values.wait} onChange={({ currentTarget }) => { set({ wait: currentTarget.checked }) }} />
    </Form>
  )
}

/** A number that was typed, in the unit of the server; nothing when nothing was. */
function numberOf(typed: number | string, unit = 1): number | undefined {
  const number = Number(typed)
  return typed === '' || !Number.isFinite(number) || number <= 0 ? undefined : Math.round(number * unit)
}
