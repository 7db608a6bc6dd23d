import { Button, Group, Modal, NumberInput, Stack, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useIdempotencyKey } from '@/api/idempotency'
import { useAction } from '@/api/useAction'
import { graphql } from '@/gql'

const CreateProject = graphql(/* GraphQL */ `
  mutation CreateProject($input: CreateProjectInput!) {
    createProject(input: $input) {
      project {
        id
        acronym
        name
      }
      run {
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

interface CreateProjectDialogProps {
  opened: boolean
  onClose: () => void
  onCreated: (acronym: string) => void
}

export function CreateProjectDialog({ opened, onClose, onCreated }: CreateProjectDialogProps) {
  const { t } = useTranslation()
  return (
    <Modal opened={opened} onClose={onClose} title={t('project.create.title')} closeButtonProps={{ 'aria-label': t('common.action.close') }}>
      <CreateProjectForm onClose={onClose} onCreated={onCreated} />
    </Modal>
  )
}

function CreateProjectForm({ onClose, onCreated }: Omit<CreateProjectDialogProps, 'opened'>) {
  const { t, i18n } = useTranslation()
  const keyFor = useIdempotencyKey()
  const [values, setValues] = useState({ name: '', acronym: '', description: '', budget: '' as number | string })
  const [errors, setErrors] = useState<Record<string, string>>({})
  const [acronymTouched, setAcronymTouched] = useState(false)
  const set = (change: Partial<typeof values>) => { setValues((before) => ({ ...before, ...change })) }
  const [create, busy] = useAction(CreateProject, {
    onFieldError: ({ field, message }) => {
      const name = field[0] ?? ''
      if (!(name in values)) return false
      setErrors((before) => ({ ...before, [name]: message }))
      return true
    },
    success: ({ createProject }) => t('project.create.done', { name: createProject.project?.name ?? '' }),
  })

  async function submit() {
    setErrors({})
    const { name, acronym, description, budget } = values
    const input = { name: name.trim(), acronym, description: { [i18n.language]: description.trim() }, budget: budget === '' ? null : Number(budget) }
    const data = await create({ input: { ...input, idempotencyKey: keyFor(input) } })
    if (data?.createProject.project) onCreated(data.createProject.project.acronym)
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <Stack gap="md">
        <TextInput
          label={t('project.field.name')}
          value={values.name}
          onChange={({ currentTarget: { value } }) => { set(acronymTouched ? { name: value } : { name: value, acronym: suggestAcronym(value) }) }}
          error={errors.name}
          required
          withAsterisk={false}
          data-autofocus
        />
        <TextInput
          label={t('project.field.acronym')}
          description={t('project.field.acronymHelp')}
          value={values.acronym}
          onChange={({ currentTarget: { value } }) => {
            setAcronymTouched(true)
            set({ acronym: value.toUpperCase() })
          }}
          error={errors.acronym}
          pattern="[A-Z][A-Z0-9]{1,9}"
          title={t('project.field.acronymHelp')}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          required
          withAsterisk={false}
        />
        <Textarea label={t('project.field.description')} value={values.description} onChange={({ currentTarget: { value } }) => { set({ description: value }) }} error={errors.description} autosize minRows={2} />
        <NumberInput label={t('project.field.budget')} description={t('common.optional')} value={values.budget} onChange={(budget) => { set({ budget }) }} error={errors.budget} min={0} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>{t('common.action.cancel')}</Button>
          <Button type="submit" loading={busy}>{t('project.create.action')}</Button>
        </Group>
      </Stack>
    </form>
  )
}

/** "Online shop" suggests OS, "Shop" suggests SHOP. */
export function suggestAcronym(name: string): string {
  const words = name.normalize('NFD').replace(/[^A-Za-z0-9 ]/g, '').toUpperCase().split(/\s+/).filter(Boolean)
  const joined = words.length > 1 ? words.map((word) => word.slice(0, 1)).join('') : (words[0] ?? '')
  return joined.replace(/^[0-9]+/, '').slice(0, 10)
}
