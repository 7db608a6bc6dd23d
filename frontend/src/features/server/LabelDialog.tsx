import { TagsInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { useFields } from '@/api/useFields'
import { graphql } from '@/gql'
import { Dialog } from '@/ui/Dialog'
import { Form } from '@/ui/Form'
import { labelsOf, parseLabels } from './labels'
import { Names } from './MoveDialog'

const LabelServers = graphql(/* GraphQL */ `
  mutation LabelServers($input: LabelServersInput!) {
    labelServers(input: $input) {
      servers {
        id
        labels
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

interface LabelDialogProps {
  opened: boolean
  servers: readonly { id: string; hostname: string; labels?: unknown }[]
  onClose: () => void
  onDone: () => void
}

/** Sets and removes labels of servers. */
export function LabelDialog({ opened, servers, onClose, onDone }: LabelDialogProps) {
  const { t } = useTranslation()
  return (
    <Dialog opened={opened} onClose={onClose} title={t('server.label.title', { count: servers.length })}>
      <LabelForm servers={servers} onClose={onClose} onDone={onDone} />
    </Dialog>
  )
}

function LabelForm({ servers, onClose, onDone }: Omit<LabelDialogProps, 'opened'>) {
  const { t } = useTranslation()
  const { values, errors, set, clearErrors, onFieldError } = useFields<{ set: string[]; remove: string[] }>({ set: [], remove: [] })
  const [run, busy] = useAction(LabelServers, { onFieldError, success: t('server.label.done', { count: servers.length }) })
  const known = [...new Set(servers.flatMap(({ labels }) => labelsOf(labels)).map((label) => label.split('=')[0] ?? ''))].sort()

  async function send() {
    clearErrors()
    if (await run({ input: { ids: servers.map(({ id }) => id), set: parseLabels(values.set), remove: values.remove } })) onDone()
  }

  return (
    <Form onSubmit={send} action={t('server.label.action')} busy={busy} disabled={values.set.length + values.remove.length === 0} onCancel={onClose}>
      <Names servers={servers} />
      <TagsInput label={t('server.label.set')} description={t('server.label.setHelp')} value={values.set} onChange={(next) => { set({ set: next }) }} error={errors.set} acceptValueOnBlur data-autofocus />
      <TagsInput label={t('server.label.remove')} description={t('server.label.removeHelp')} data={known} value={values.remove} onChange={(next) => { set({ remove: next }) }} error={errors.remove} acceptValueOnBlur />
    </Form>
  )
}
