import { Checkbox, Textarea, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { useFields } from '@/api/useFields'
import { graphql } from '@/gql'
import { Dialog } from '@/ui/Dialog'
import { Form } from '@/ui/Form'

const CreateProvider = graphql(/* GraphQL */ `
  mutation CreateProvider($input: CreateHostingProviderInput!) {
    createHostingProvider(input: $input) {
      provider {
        id
        name
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

const UpdateProvider = graphql(/* GraphQL */ `
  mutation UpdateProvider($input: UpdateHostingProviderInput!) {
    updateHostingProvider(input: $input) {
      provider {
        id
        ...ProviderListItem
        ...ProviderDetails
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

export interface ProviderValues extends Record<string, unknown> {
  code: string
  name: string
  url: string
  contact: string
  notes: string
  retired: boolean
}

const EMPTY: ProviderValues = { code: '', name: '', url: '', contact: '', notes: '', retired: false }

interface ProviderDialogProps {
  opened: boolean
  /** The one that is changed; a new one without. */
  provider?: { id: string } & ProviderValues
  onClose: () => void
  onSaved: (id: string) => void
}

/** A hosting provider is added or changed. */
export function ProviderDialog({ opened, provider, onClose, onSaved }: ProviderDialogProps) {
  const { t } = useTranslation()
  return (
    <Dialog opened={opened} onClose={onClose} title={t(provider ? 'provider.change' : 'provider.add')}>
      <ProviderForm provider={provider} onClose={onClose} onSaved={onSaved} />
    </Dialog>
  )
}

function ProviderForm({ provider, onClose, onSaved }: Omit<ProviderDialogProps, 'opened'>) {
  const { t } = useTranslation()
  const { values, errors, set, clearErrors, onFieldError } = useFields<ProviderValues>(provider ?? EMPTY)
  const [create, creating] = useAction(CreateProvider, { onFieldError, success: t('provider.saved') })
  const [update, updating] = useAction(UpdateProvider, { onFieldError, success: t('provider.saved') })

  async function send() {
    clearErrors()
    const { code, retired } = values
    const texts = { name: values.name.trim(), url: values.url.trim(), contact: values.contact.trim(), notes: values.notes.trim() }
    if (provider) {
      if (await update({ input: { id: provider.id, ...texts, retired } })) onSaved(provider.id)
      return
    }
    const made = (await create({ input: { code: code.trim(), ...texts } }))?.createHostingProvider.provider
    if (made) onSaved(made.id)
  }

  return (
    <Form onSubmit={send} action={t(provider ? 'provider.save' : 'provider.addAction')} busy={creating || updating} onCancel={onClose}>
      {!provider && <TextInput label={t('provider.field.code')} description={t('provider.field.codeHelp')} value={values.code} onChange={({ currentTarget }) => { set({ code: currentTarget.value.toUpperCase() }) }} error={errors.code} required withAsterisk={false} spellCheck={false} data-autofocus />}
      <TextInput label={t('provider.field.name')} value={values.name} onChange={({ currentTarget }) => { set({ name: currentTarget.value }) }} error={errors.name} required withAsterisk={false} />
      <TextInput label={t('provider.field.url')} placeholder="https://hosting.example.org" value={values.url} onChange={({ currentTarget }) => { set({ url: currentTarget.value }) }} error={errors.url} spellCheck={false} />
      <TextInput label={t('provider.field.contact')} description={t('provider.field.contactHelp')} value={values.contact} onChange={({ currentTarget }) => { set({ contact: currentTarget.value }) }} error={errors.contact} />
      <Textarea label={t('provider.field.notes')} value={values.notes} onChange={({ currentTarget }) => { set({ notes: currentTarget.value }) }} error={errors.notes} autosize minRows={2} />
      {provider && <Checkbox label={t('provider.field.retired')} description={t('provider.field.retiredHelp')} checked={values.retired} onChange={({ currentTarget }) => { set({ retired: currentTarget.checked }) }} />}
    </Form>
  )
}
