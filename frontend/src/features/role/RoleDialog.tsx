import { Checkbox, SegmentedControl, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { useFields } from '@/api/useFields'
import { useMay, useViewer } from '@/api/viewer'
import { graphql } from '@/gql'
import type { MatrixRoleFragment as Role, RoleScope } from '@/gql/graphql'
import { Dialog } from '@/ui/Dialog'
import { Form } from '@/ui/Form'
import { useText } from '@/ui/format'
import type { Permission } from './PermissionMatrix'

const CreateRole = graphql(/* GraphQL */ `
  mutation CreateRole($input: CreateRoleInput!) {
    createRole(input: $input) {
      role {
        id
        ...MatrixRole
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

const UpdateRole = graphql(/* GraphQL */ `
  mutation UpdateRole($input: UpdateRoleInput!) {
    updateRole(input: $input) {
      role {
        id
        ...MatrixRole
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

interface RoleDialogProps {
  /** The role to change, "new" for another one, null for neither. */
  role: Role | 'new' | null
  permissions: readonly Permission[]
  onClose: () => void
  onSaved: () => void
}

export function RoleDialog({ role, ...rest }: RoleDialogProps) {
  const { t } = useTranslation()
  return (
    <Dialog opened={role !== null} onClose={rest.onClose} title={t(role === 'new' ? 'role.create' : 'role.edit')} size="lg">
      {role !== null && <RoleForm role={role === 'new' ? null : role} {...rest} />}
    </Dialog>
  )
}

function RoleForm({ role, permissions, onClose, onSaved }: Omit<RoleDialogProps, 'role'> & { role: Role | null }) {
  const { t } = useTranslation()
  const { values, errors, set, clearErrors, onFieldError } = useFields({
    key: role?.key ?? '',
    title: { en: role?.title.en ?? '', fr: role?.title.fr ?? '' },
    scope: role?.scope ?? ('PROJECT' as RoleScope),
    permissions: role?.permissions ?? [],
  })
  const options = { onFieldError, success: t('role.saved') }
  const [create, creating] = useAction(CreateRole, options)
  const [update, updating] = useAction(UpdateRole, options)
  const offered = permissions.filter(({ scope }) => values.scope === 'PLATFORM' || scope === 'PROJECT')

  async function submit() {
    clearErrors()
    const chosen = values.permissions.filter((name) => offered.some((permission) => permission.name === name))
    const { key, title, scope } = values
    const done = role ? await update({ input: { id: role.id, title, permissions: chosen } }) : await create({ input: { key, title, scope, permissions: chosen } })
    if (!done) return
    onSaved()
    onClose()
  }

  return (
    <Form onSubmit={submit} action={t('role.save')} busy={creating || updating} onCancel={onClose}>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput label={t('role.titleEn')} value={values.title.en} onChange={({ currentTarget: { value } }) => { set({ title: { ...values.title, en: value }, ...(role ? {} : { key: suggestKey(value) }) }) }} error={errors.title} lang="en" required withAsterisk={false} data-autofocus />
        <TextInput label={t('role.titleFr')} value={values.title.fr} onChange={({ currentTarget: { value } }) => { set({ title: { ...values.title, fr: value } }) }} lang="fr" />
      </SimpleGrid>
      {!role && (
        <>
          <TextInput label={t('role.key')} description={t('role.keyHelp')} value={values.key} onChange={({ currentTarget: { value } }) => { set({ key: value.toUpperCase() }) }} error={errors.key} ff="monospace" spellCheck={false} required withAsterisk={false} />
          <Stack gap={4}>
            <Text size="sm" fw={500} id="role-scope">{t('role.scopeLabel')}</Text>
            <SegmentedControl aria-labelledby="role-scope" value={values.scope} onChange={(scope) => { set({ scope: scope as RoleScope }) }} data={[{ value: 'PROJECT', label: t('role.scope.PROJECT') }, { value: 'PLATFORM', label: t('role.scope.PLATFORM') }]} />
          </Stack>
        </>
      )}
      <PermissionChoice offered={offered} value={values.permissions} onChange={(next) => { set({ permissions: next }) }} error={errors.permissions} />
    </Form>
  )
}

interface PermissionChoiceProps {
  offered: readonly Permission[]
  value: string[]
  onChange: (names: string[]) => void
  error?: string
}

/** Nobody can give what they do not have, so what the viewer may not do is not to be chosen. */
function PermissionChoice({ offered, value, onChange, error }: PermissionChoiceProps) {
  const { t } = useTranslation()
  const text = useText()
  const { permissions: held } = useViewer()
  const mayDefine = useMay('role.manage')
  return (
    <Checkbox.Group label={t('role.permissions')} value={value} onChange={onChange} error={error}>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" mt={8}>
        {offered.map(({ name, title }) => <Checkbox key={name} value={name} label={text(title)} description={name} disabled={!mayDefine || !held.includes(name)} />)}
      </SimpleGrid>
    </Checkbox.Group>
  )
}

/** "Release manager" suggests RELEASE_MANAGER. */
export function suggestKey(title: string): string {
  const words = title.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase().split(/[^A-Z0-9]+/).filter(Boolean)
  return words.join('_').replace(/^[^A-Z]+/, '').slice(0, 40)
}
