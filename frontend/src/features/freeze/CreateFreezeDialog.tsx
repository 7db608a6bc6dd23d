import { SimpleGrid, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { ProjectChooser } from '@/api/Chooser'
import { useAction } from '@/api/useAction'
import { useFields } from '@/api/useFields'
import { graphql } from '@/gql'
import { Dialog } from '@/ui/Dialog'
import { Form } from '@/ui/Form'
import { fromLocalInput } from '@/ui/localTime'

const CreateFreeze = graphql(/* GraphQL */ `
  mutation CreateFreeze($input: CreateFreezeInput!) {
    createFreeze(input: $input) {
      freeze {
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

interface CreateFreezeDialogProps {
  opened: boolean
  onClose: () => void
  onCreated: () => void
}

export function CreateFreezeDialog({ opened, onClose, ...rest }: CreateFreezeDialogProps) {
  const { t } = useTranslation()
  return (
    <Dialog opened={opened} onClose={onClose} title={t('freeze.create')}>
      <CreateFreezeForm onClose={onClose} {...rest} />
    </Dialog>
  )
}

function CreateFreezeForm({ onClose, onCreated }: Omit<CreateFreezeDialogProps, 'opened'>) {
  const { t } = useTranslation()
  const { values, errors, set, clearErrors, onFieldError } = useFields({ reason: '', projectId: null as string | null, startsAt: '', endsAt: '' })
  const [create, busy] = useAction(CreateFreeze, { onFieldError, success: t('freeze.created') })

  async function submit() {
    clearErrors()
    const { reason, projectId, startsAt, endsAt } = values
    const done = await create({ input: { reason: reason.trim(), projectId, startsAt: fromLocalInput(startsAt)?.toISOString(), endsAt: fromLocalInput(endsAt)?.toISOString() ?? '' } })
    if (!done) return
    onCreated()
    onClose()
  }

  return (
    <Form onSubmit={submit} action={t('freeze.createAction')} busy={busy} onCancel={onClose}>
      <TextInput label={t('freeze.reason')} description={t('freeze.reasonHelp')} value={values.reason} onChange={({ currentTarget: { value } }) => { set({ reason: value }) }} error={errors.reason} required withAsterisk={false} data-autofocus />
      <ProjectChooser active label={t('freeze.where')} placeholder={t('freeze.everywhere')} value={values.projectId} onChange={(projectId) => { set({ projectId: projectId ?? null }) }} error={errors.projectId} clearable />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput type="datetime-local" label={t('freeze.from')} description={t('freeze.fromHelp')} value={values.startsAt} onChange={({ currentTarget: { value } }) => { set({ startsAt: value }) }} error={errors.startsAt} />
        <TextInput type="datetime-local" label={t('freeze.to')} description={t('freeze.toHelp')} value={values.endsAt} min={values.startsAt || undefined} onChange={({ currentTarget: { value } }) => { set({ endsAt: value }) }} error={errors.endsAt} required withAsterisk={false} />
      </SimpleGrid>
    </Form>
  )
}
