import { Alert, Checkbox, PasswordInput, SegmentedControl, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { useFields } from '@/api/useFields'
import type { GitCredentialInput } from '@/gql/graphql'
import { Form } from '@/ui/Form'

export interface LibraryValues extends Record<string, unknown> {
  name: string
  url: string
  ref: string
  path: string
  kind: 'none' | 'token' | 'key'
  username: string
  password: string
  privateKey: string
  knownHosts: string
  removeCredential: boolean
  /** No value of its own: where errors about the credential are shown. */
  credential: null
}

export const EMPTY_LIBRARY: LibraryValues = { name: '', url: '', ref: '', path: '', kind: 'none', username: '', password: '', privateKey: '', knownHosts: '', removeCredential: false, credential: null }

/** What is sent for the credential: nothing when it stays as it is. */
export function credentialOf({ kind, username, password, privateKey, knownHosts }: LibraryValues): GitCredentialInput | undefined {
  if (kind === 'token') return { username: username.trim(), password }
  if (kind === 'key') return { privateKey, knownHosts: knownHosts.trim() === '' ? undefined : knownHosts }
  return undefined
}

interface LibraryFormProps {
  hasCredential?: boolean
  action: string
  onCancel: () => void
  onSend: (values: LibraryValues) => Promise<unknown>
  busy: boolean
  fields: ReturnType<typeof useFields<LibraryValues>>
}

/** The fields of a library, for adding and for changing one. */
export function LibraryForm({ hasCredential = false, action, onCancel, onSend, busy, fields }: LibraryFormProps) {
  const { t } = useTranslation()
  const { values, errors, set, clearErrors } = fields

  function submit() {
    clearErrors()
    return onSend(values)
  }

  return (
    <Form onSubmit={submit} action={action} busy={busy} onCancel={onCancel}>
      <TextInput label={t('library.field.name')} value={values.name} onChange={({ currentTarget: { value } }) => { set({ name: value }) }} error={errors.name} required withAsterisk={false} data-autofocus />
      <TextInput label={t('library.field.url')} description={t('library.field.urlHelp')} placeholder="https://git.example.org/infra/templates.git" value={values.url} onChange={({ currentTarget: { value } }) => { set({ url: value }) }} error={errors.url} spellCheck={false} required withAsterisk={false} />
      <TextInput label={t('library.field.ref')} description={t('library.field.refHelp')} value={values.ref} onChange={({ currentTarget: { value } }) => { set({ ref: value }) }} error={errors.ref} spellCheck={false} />
      <TextInput label={t('library.field.path')} description={t('library.field.pathHelp')} value={values.path} onChange={({ currentTarget: { value } }) => { set({ path: value }) }} error={errors.path} spellCheck={false} />
      <Credential fields={fields} hasCredential={hasCredential} />
    </Form>
  )
}

function Credential({ fields: { values, errors, set }, hasCredential }: Pick<LibraryFormProps, 'fields'> & { hasCredential: boolean }) {
  const { t } = useTranslation()
  return (
    <Stack gap="xs">
      <Text size="sm" fw={500} id="library-credential">{t('library.credential.title')}</Text>
      <SegmentedControl
        aria-labelledby="library-credential"
        fullWidth
        value={values.kind}
        onChange={(kind) => { set({ kind: kind as LibraryValues['kind'], removeCredential: false }) }}
        data={[
          { value: 'none', label: t(hasCredential ? 'library.credential.keep' : 'library.credential.none') },
          { value: 'token', label: t('library.credential.token') },
          { value: 'key', label: t('library.credential.key') },
        ]}
      />
      {errors.credential && <Alert color="red">{errors.credential}</Alert>}
      {values.kind === 'none' && hasCredential && <Checkbox mt={4} label={t('library.credential.remove')} checked={values.removeCredential} onChange={({ currentTarget: { checked } }) => { set({ removeCredential: checked }) }} />}
      {values.kind === 'token' && (
        <>
          <TextInput label={t('library.credential.username')} value={values.username} onChange={({ currentTarget: { value } }) => { set({ username: value }) }} autoComplete="off" spellCheck={false} />
          <PasswordInput label={t('library.credential.password')} value={values.password} onChange={({ currentTarget: { value } }) => { set({ password: value }) }} autoComplete="off" required withAsterisk={false} />
        </>
      )}
      {values.kind === 'key' && (
        <>
          <Textarea label={t('library.credential.privateKey')} value={values.privateKey} onChange={({ currentTarget: { value } }) => { set({ privateKey: value }) }} autosize minRows={3} maxRows={8} ff="monospace" spellCheck={false} placeholder="-----BEGIN OPENSSH PRIVATE KEY-----" required withAsterisk={false} />
          <Textarea label={t('library.credential.knownHosts')} description={t('library.credential.knownHostsHelp')} value={values.knownHosts} onChange={({ currentTarget: { value } }) => { set({ knownHosts: value }) }} autosize minRows={2} ff="monospace" spellCheck={false} />
        </>
      )}
    </Stack>
  )
}
