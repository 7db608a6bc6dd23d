import { SegmentedControl, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { useFields } from '@/api/useFields'
import { graphql } from '@/gql'
import type { UserLocale } from '@/gql/graphql'
import { Dialog } from '@/ui/Dialog'
import { Form } from '@/ui/Form'
import { SecretOnce } from '@/ui/SecretOnce'
import { PlatformRoleField } from './PlatformRoleField'
import type { PlatformRole } from './PersonList'

const CreateUser = graphql(/* GraphQL */ `
  mutation CreateUser($input: CreateUserInput!) {
    createUser(input: $input) {
      user {
        id
        name
      }
      password
      userErrors {
        code
        field
        message
      }
    }
  }
`)

interface CreatePersonDialogProps {
  opened: boolean
  onClose: () => void
  roles: readonly PlatformRole[]
  onCreated: () => void
}

export function CreatePersonDialog({ opened, onClose, roles, onCreated }: CreatePersonDialogProps) {
  const { t } = useTranslation()
  return (
    <Dialog opened={opened} onClose={onClose} title={t('person.create')}>
      <CreatePerson onClose={onClose} roles={roles} onCreated={onCreated} />
    </Dialog>
  )
}

function CreatePerson({ onClose, roles, onCreated }: Omit<CreatePersonDialogProps, 'opened'>) {
  const { t, i18n } = useTranslation()
  const [password, setPassword] = useState('')
  const { values, errors, set, clearErrors, onFieldError } = useFields({ name: '', email: '', locale: i18n.language as UserLocale, roleId: '' })
  const [create, busy] = useAction(CreateUser, { onFieldError, success: t('person.created', { name: values.name }) })

  async function submit() {
    clearErrors()
    const data = await create({ input: { name: values.name.trim(), email: values.email.trim(), locale: values.locale, roleId: values.roleId || null } })
    if (!data) return
    onCreated()
    if (data.createUser.password) setPassword(data.createUser.password)
    else onClose()
  }

  if (password) {
    return (
      <Stack gap="sm">
        <Text size="sm">{t('person.passwordHelp', { name: values.name, email: values.email })}</Text>
        <SecretOnce label={t('person.password')} secret={password} onDone={onClose} />
      </Stack>
    )
  }
  return (
    <Form onSubmit={submit} action={t('person.createAction')} busy={busy} onCancel={onClose}>
      <TextInput label={t('person.name')} value={values.name} onChange={({ currentTarget: { value } }) => { set({ name: value }) }} error={errors.name} autoComplete="off" required withAsterisk={false} data-autofocus />
      <TextInput type="email" label={t('person.email')} value={values.email} onChange={({ currentTarget: { value } }) => { set({ email: value }) }} error={errors.email} autoComplete="off" required withAsterisk={false} />
      <Stack gap={4}>
        <Text size="sm" fw={500} id="person-language">{t('person.language')}</Text>
        <SegmentedControl aria-labelledby="person-language" value={values.locale} onChange={(locale) => { set({ locale: locale as UserLocale }) }} data={[{ value: 'en', label: 'English' }, { value: 'fr', label: 'Français' }]} />
      </Stack>
      <PlatformRoleField roles={roles} value={values.roleId} onChange={(roleId) => { set({ roleId }) }} error={errors.roleId} />
    </Form>
  )
}
