import { Alert, Button, Group, Paper, Stack, TextInput, Title } from '@mantine/core'
import { IconFolders, IconInfoCircle, IconSend } from '@tabler/icons-react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useIdempotencyKey } from '@/api/idempotency'
import { useAction } from '@/api/useAction'
import { type FragmentType, graphql, unmask } from '@/gql'
import { ErrorSummary } from '@/ui/form/ErrorSummary'
import { LazySchemaForm } from '@/ui/form/lazy'
import type { Mistake } from '@/ui/form/mistakes'
import { Loading } from '@/ui/Loading'
import { ProjectSelect } from './ProjectSelect'
import { useChoosers } from './useChoosers'
import { useInputForm } from './useInputForm'
import { useOffer } from './useOffer'

export const RequestFormTemplate = graphql(/* GraphQL */ `
  fragment RequestFormTemplate on Template {
    id
    name
    schema
  }
`)

export const RequestFormProject = graphql(/* GraphQL */ `
  fragment RequestFormProject on Project {
    id
    acronym
    name
    status
    viewerPermissions
  }
`)

const RequestResource = graphql(/* GraphQL */ `
  mutation RequestResource($input: RequestResourceInput!) {
    requestResource(input: $input) {
      resource {
        id
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

interface RequestFormProps {
  template: FragmentType<typeof RequestFormTemplate>
  projects: readonly FragmentType<typeof RequestFormProject>[]
  /** There are more projects than those: `onSearch` brings what is typed. */
  more: boolean
  /** What was typed is being looked for. */
  searching: boolean
  onSearch: (text: string) => void
  /** Acronym of the project that was come from. */
  project: string | undefined
  onProject: (acronym: string | undefined) => void
  choices: Record<string, readonly Record<string, unknown>[]>
  onRequested: (resourceId: string, runId: string | undefined) => void
}

const NAME = /^[a-z][a-z0-9-]{0,39}$/

/** Asks for a resource: in which project, under which name, with which inputs. */
export function RequestForm({ template: maskedTemplate, projects: maskedProjects, more, searching, onSearch, project: acronym, onProject, choices, onRequested }: RequestFormProps) {
  const { t } = useTranslation()
  const id = useId()
  const template = unmask(RequestFormTemplate, maskedTemplate)
  const projects = unmask(RequestFormProject, maskedProjects).filter(({ status, viewerPermissions }) => status === 'ACTIVE' && viewerPermissions.includes('resource.request'))
  const project = projects.find((one) => one.acronym === acronym) ?? (projects.length === 1 && !more ? projects[0] : undefined)
  const { offer, fetching, error } = useOffer(project?.id, template.id)
  const form = useInputForm({})
  const choosers = useChoosers(project?.id)
  const keyFor = useIdempotencyKey()
  const [name, setName] = useState('')
  const [errors, setErrors] = useState<{ name?: string; project?: string }>({})
  const [request, busy] = useAction(RequestResource, {
    onFieldError: (error) => {
      if (error.field[0] !== 'name' && error.field[0] !== 'projectId') return form.refuse(error)
      setErrors((before) => ({ ...before, [error.field[0] === 'name' ? 'name' : 'project']: error.message }))
      form.complain([])
      return true
    },
    success: ({ requestResource }) => t('resource.request.done', { name: requestResource.resource?.name ?? '' }),
  })

  function check(): boolean {
    const found = { name: name === '' ? t('form.wrong.required') : NAME.test(name) ? undefined : t('resource.request.nameHelp'), project: project ? undefined : t('resource.request.projectMissing') }
    setErrors(found)
    return !found.name && !found.project
  }

  async function send(inputs: Record<string, unknown>) {
    form.forget()
    if (!check() || !project) {
      form.complain([])
      return
    }
    const input = { projectId: project.id, template: template.id, name, inputs }
    const data = await request({ input: { ...input, idempotencyKey: keyFor(input) } })
    const { resource, run } = data?.requestResource ?? {}
    if (resource) onRequested(resource.id, run?.id)
  }

  // The form looks at its own fields only, and those above it come first.
  const mistakes: Mistake[] = [
    ...(errors.project ? [{ id: `${id}-project`, path: [], label: t('resource.request.project'), message: errors.project }] : []),
    ...(errors.name ? [{ id: `${id}-name`, path: [], label: t('resource.request.name'), message: errors.name }] : []),
    ...form.mistakes,
  ]

  if (projects.length === 0 && !more) return <Alert color="gray" icon={<IconFolders />}>{t('resource.request.noProject')}</Alert>
  return (
    <Paper withBorder p={{ base: 'md', sm: 'xl' }}>
      <Stack gap="xl">
        <ErrorSummary mistakes={mistakes} attempt={form.attempt} />
        <section>
          <Title order={2} size="h3" mb="sm">{t('resource.request.where')}</Title>
          <Stack gap="md">
            <ProjectSelect
              id={`${id}-project`}
              projects={projects}
              chosen={project}
              more={more}
              busy={searching}
              onSearch={onSearch}
              onChoose={(chosen) => {
                setErrors((before) => ({ ...before, project: undefined }))
                onProject(chosen)
              }}
              error={errors.project}
            />
            {offer?.refusal && <Alert color="yellow" icon={<IconInfoCircle />}>{offer.refusal}</Alert>}
            <TextInput
              id={`${id}-name`}
              label={t('resource.request.name')}
              description={t('resource.request.nameHelp')}
              placeholder={template.name}
              withAsterisk
              aria-required
              maxLength={40}
              value={name}
              onChange={({ currentTarget: { value } }) => {
                setErrors((before) => ({ ...before, name: undefined }))
                setName(value.toLowerCase().replace(/[\s_]+/g, '-'))
              }}
              error={errors.name}
              form={id}
              autoComplete="off"
              spellCheck={false}
            />
          </Stack>
        </section>
        {error && <Alert color="red">{error.graphQLErrors[0]?.message ?? t('common.error.boundary')}</Alert>}
        {fetching ? <Loading /> : (
        <LazySchemaForm id={id} schema={offer?.schema ?? template.schema} values={form.values} onChange={form.setValues} onSubmit={(inputs) => void send(inputs)} onRefused={check} onMistakes={form.complain} refusals={form.refusals} choices={choices} choosers={choosers} disabled={busy}>
          <Group justify="flex-end" mt="xl">
            <Button type="submit" loading={busy} leftSection={<IconSend size={16} />}>{t('resource.request.send')}</Button>
          </Group>
        </LazySchemaForm>
        )}
      </Stack>
    </Paper>
  )
}
