import { Radio, Stack, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { useFields } from '@/api/useFields'
import { graphql } from '@/gql'
import { Dialog } from '@/ui/Dialog'
import { Form } from '@/ui/Form'
import { useText } from '@/ui/format'
import { type RoleChoice, useRoleMeaning } from './RoleMeanings'

const AddMember = graphql(/* GraphQL */ `
  mutation AddMember($input: AddMemberInput!) {
    addMember(input: $input) {
      membership {
        id
        user {
          id
          name
        }
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

interface AddMemberDialogProps {
  opened: boolean
  onClose: () => void
  projectId: string
  /** The strongest first. */
  roles: readonly RoleChoice[]
  onAdded: () => void
}

export function AddMemberDialog({ opened, onClose, ...rest }: AddMemberDialogProps) {
  const { t } = useTranslation()
  return (
    <Dialog opened={opened} onClose={onClose} title={t('member.add')}>
      <AddMemberForm {...rest} onClose={onClose} />
    </Dialog>
  )
}

function AddMemberForm({ projectId, roles, onAdded, onClose }: Omit<AddMemberDialogProps, 'opened'>) {
  const { t } = useTranslation()
  const text = useText()
  const meaning = useRoleMeaning()
  const { values, errors, set, clearErrors, onFieldError } = useFields({ email: '', roleId: roles.find(({ key }) => key === 'CONTRIBUTOR')?.id ?? roles.at(-1)?.id ?? '' })
  const [add, busy] = useAction(AddMember, { onFieldError, success: ({ addMember }) => t('member.added', { name: addMember.membership?.user.name ?? values.email }) })

  async function submit() {
    clearErrors()
    if (!(await add({ input: { projectId, email: values.email.trim(), roleId: values.roleId } }))) return
    onAdded()
    onClose()
  }

  return (
    <Form onSubmit={submit} action={t('member.addAction')} busy={busy} onCancel={onClose}>
      <TextInput type="email" label={t('member.email')} description={t('member.emailHelp')} value={values.email} onChange={({ currentTarget: { value } }) => { set({ email: value }) }} error={errors.email} required withAsterisk={false} data-autofocus />
      <Radio.Group label={t('member.role')} value={values.roleId} onChange={(roleId) => { set({ roleId }) }} error={errors.roleId}>
        <Stack gap="xs" mt={6}>
          {roles.map((role) => <Radio key={role.id} value={role.id} label={text(role.title) || role.key} description={meaning(role.key)} />)}
        </Stack>
      </Radio.Group>
    </Form>
  )
}
