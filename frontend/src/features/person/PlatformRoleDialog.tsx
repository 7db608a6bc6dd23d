import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { useFields } from '@/api/useFields'
import type { PersonListItemFragment as Person } from '@/gql/graphql'
import { Dialog } from '@/ui/Dialog'
import { Form } from '@/ui/Form'
import { PlatformRoleField } from './PlatformRoleField'
import type { PlatformRole } from './PersonList'
import { UpdateUser } from './update'

interface PlatformRoleDialogProps {
  /** Whose role; null while nobody's is changed. */
  person: Person | null
  roles: readonly PlatformRole[]
  roleId: string
  onClose: () => void
}

export function PlatformRoleDialog({ person, ...rest }: PlatformRoleDialogProps) {
  const { t } = useTranslation()
  return (
    <Dialog opened={person !== null} onClose={rest.onClose} title={t('person.roleTitle', { name: person?.name ?? '' })}>
      {person && <PlatformRoleForm person={person} {...rest} />}
    </Dialog>
  )
}

function PlatformRoleForm({ person, roles, roleId, onClose }: PlatformRoleDialogProps & { person: Person }) {
  const { t } = useTranslation()
  const { values, errors, set, clearErrors, onFieldError } = useFields({ roleId })
  const [update, busy] = useAction(UpdateUser, { onFieldError, success: t('person.roleChanged', { name: person.name }) })

  async function submit() {
    clearErrors()
    if (await update({ input: { id: person.id, roleId: values.roleId } })) onClose()
  }

  return (
    <Form onSubmit={submit} action={t('person.save')} busy={busy} onCancel={onClose}>
      <PlatformRoleField roles={roles} value={values.roleId} onChange={(next) => { set({ roleId: next }) }} error={errors.roleId} />
    </Form>
  )
}
