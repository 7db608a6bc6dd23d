import { Alert, Button, Group, Paper, Stack } from '@mantine/core'
import { IconInfoCircle, IconSend } from '@tabler/icons-react'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { useIdempotencyKey } from '@/api/idempotency'
import { useAction } from '@/api/useAction'
import { type FragmentType, graphql, unmask } from '@/gql'
import { ErrorSummary } from '@/ui/form/ErrorSummary'
import { LazySchemaForm } from '@/ui/form/lazy'
import { Loading } from '@/ui/Loading'
import { useChoosers } from './useChoosers'
import { useInputForm } from './useInputForm'
import { useOffer } from './useOffer'

export const ChangeFormResource = graphql(/* GraphQL */ `
  fragment ChangeFormResource on Resource {
    id
    inputs
    secretInputNames
    project {
      id
    }
    template {
      id
      schema
    }
    upgrade {
      id
      schema
    }
  }
`)

const UpdateResource = graphql(/* GraphQL */ `
  mutation UpdateResource($input: UpdateResourceInput!) {
    updateResource(input: $input) {
      resource {
        id
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

const UpgradeResource = graphql(/* GraphQL */ `
  mutation UpgradeResource($input: UpgradeResourceInput!) {
    upgradeResource(input: $input) {
      resource {
        id
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

interface ChangeFormProps {
  resource: FragmentType<typeof ChangeFormResource>
  /** To the newest version of its template, with that version's form. */
  upgrade: boolean
  choices: Record<string, readonly Record<string, unknown>[]>
  onCancel: () => void
  onChanged: (runId: string | undefined) => void
}

/** Other inputs for a resource that is there, or a newer version of its template. */
export function ChangeForm({ resource: masked, upgrade, choices, onCancel, onChanged }: ChangeFormProps) {
  const { t } = useTranslation()
  const id = useId()
  const resource = unmask(ChangeFormResource, masked)
  const template = upgrade ? (resource.upgrade ?? resource.template) : resource.template
  const { offer, fetching } = useOffer(resource.project.id, template.id, resource.id)
  const form = useInputForm((resource.inputs ?? {}) as Record<string, unknown>)
  const choosers = useChoosers(resource.project.id)
  const keyFor = useIdempotencyKey()
  const options = { onFieldError: form.refuse, success: t('resource.change.done') }
  const [change, changing] = useAction(UpdateResource, options)
  const [move, moving] = useAction(UpgradeResource, options)

  async function send(inputs: Record<string, unknown>) {
    form.forget()
    const input = { id: resource.id, inputs, idempotencyKey: keyFor({ inputs, upgrade }) }
    const payload = upgrade ? (await move({ input }))?.upgradeResource : (await change({ input }))?.updateResource
    if (payload) onChanged(payload.run?.id)
  }

  return (
    <Paper withBorder p={{ base: 'md', sm: 'xl' }}>
      <Stack gap="xl">
        <ErrorSummary mistakes={form.mistakes} attempt={form.attempt} />
        {offer?.refusal && <Alert color="yellow" icon={<IconInfoCircle />}>{offer.refusal}</Alert>}
        {fetching ? <Loading /> : (
        <LazySchemaForm id={id} schema={offer?.schema ?? template.schema} values={form.values} onChange={form.setValues} onSubmit={(inputs) => void send(inputs)} onMistakes={form.complain} refusals={form.refusals} kept={resource.secretInputNames ?? NONE} choices={choices} choosers={choosers} disabled={changing || moving}>
        <Group justify="flex-end" gap="xs" mt="xl">
          <Button variant="default" onClick={onCancel}>{t('common.action.cancel')}</Button>
          <Button type="submit" loading={changing || moving} leftSection={<IconSend size={16} />}>{t(upgrade ? 'resource.upgrade.send' : 'resource.change.send')}</Button>
        </Group>
        </LazySchemaForm>
        )}
      </Stack>
    </Paper>
  )
}

const NONE: readonly string[] = []
