import { ActionIcon, Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { IconKey, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { useFields } from '@/api/useFields'
import { type FragmentType, unmask } from '@/gql'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { Dialog } from '@/ui/Dialog'
import { Form } from '@/ui/Form'
import { Panel } from '@/ui/Panel'
import { Row, Rows } from '@/ui/Rows'
import { ProjectVariablesFragment } from './ProjectVariables'
import { UpdateProject } from './update'

/** Secret values: their names are shown, they themselves can only be set and taken away. */
export function SecretVariables({ project: masked, disabled }: { project: FragmentType<typeof ProjectVariablesFragment>; disabled: boolean }) {
  const { t } = useTranslation()
  const { id, secretVariableNames } = unmask(ProjectVariablesFragment, masked)
  const [setting, setSetting] = useState<string | null>(null)
  const [removing, setRemoving] = useState<string | null>(null)
  const [update, busy] = useAction(UpdateProject, { success: t('setting.secret.removed', { name: removing ?? '' }) })
  const names = secretVariableNames ?? []

  async function remove() {
    if (removing && (await update({ input: { id, secretVariables: { [removing]: null } } }))) setRemoving(null)
  }

  return (
    <Panel
      title={t('setting.secret.title')}
      actions={!disabled && <Button size="xs" variant="default" leftSection={<IconPlus size={14} />} onClick={() => { setSetting('') }}>{t('setting.secret.add')}</Button>}
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">{t(names.length > 0 ? 'setting.secret.help' : 'setting.secret.empty')}</Text>
        {names.length > 0 && (
          <Rows label={t('setting.secret.title')}>
            {names.map((name) => (
              <Row
                key={name}
                lead={<IconKey size={16} stroke={1.7} aria-hidden />}
                main={<Text size="sm" ff="monospace">{name}</Text>}
                aside={
                  !disabled && (
                    <Group gap={4}>
                      <ActionIcon variant="subtle" color="gray" aria-label={t('setting.secret.replaceOne', { name })} onClick={() => { setSetting(name) }}><IconPencil size={16} /></ActionIcon>
                      <ActionIcon variant="subtle" color="gray" aria-label={t('setting.secret.removeOne', { name })} onClick={() => { setRemoving(name) }}><IconTrash size={16} /></ActionIcon>
                    </Group>
                  )
                }
              />
            ))}
          </Rows>
        )}
      </Stack>
      <Dialog opened={setting !== null} onClose={() => { setSetting(null) }} title={t(setting ? 'setting.secret.replace' : 'setting.secret.add')}>
        <SecretForm projectId={id} name={setting ?? ''} onClose={() => { setSetting(null) }} />
      </Dialog>
      <ConfirmDialog opened={removing !== null} onClose={() => { setRemoving(null) }} title={t('setting.secret.remove')} action={t('setting.secret.remove')} danger busy={busy} onConfirm={() => void remove()}>
        {t('setting.secret.removeHelp', { name: removing ?? '' })}
      </ConfirmDialog>
    </Panel>
  )
}

function SecretForm({ projectId, name, onClose }: { projectId: string; name: string; onClose: () => void }) {
  const { t } = useTranslation()
  const { values, errors, set, clearErrors, onFieldError } = useFields({ name, secretVariables: '' })
  const [update, busy] = useAction(UpdateProject, { onFieldError, success: t('setting.secret.saved', { name: values.name }) })

  async function submit() {
    clearErrors()
    if (await update({ input: { id: projectId, secretVariables: { [values.name.trim()]: values.secretVariables } } })) onClose()
  }

  return (
    <Form onSubmit={submit} action={t('setting.secret.save')} busy={busy} onCancel={onClose}>
      <TextInput label={t('setting.secret.name')} value={values.name} onChange={({ currentTarget: { value } }) => { set({ name: value }) }} disabled={name !== ''} ff="monospace" spellCheck={false} required withAsterisk={false} data-autofocus={name === '' || undefined} />
      <PasswordInput label={t('setting.secret.value')} description={t('setting.secret.valueHelp')} value={values.secretVariables} onChange={({ currentTarget: { value } }) => { set({ secretVariables: value }) }} error={errors.secretVariables} autoComplete="off" required withAsterisk={false} data-autofocus={name !== '' || undefined} />
    </Form>
  )
}
