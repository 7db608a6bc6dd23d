import { TagsInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { useFields } from '@/api/useFields'
import { graphql } from '@/gql'
import type { ServerWhereInput } from '@/gql/graphql'
import { Dialog } from '@/ui/Dialog'
import { Form } from '@/ui/Form'
import { labelsOf, parseLabels } from './labels'
import { Meant } from './MoveDialog'
import { useBulk } from './useBulk'

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
  /** All that match are meant, and servers are only some of them. */
  where?: ServerWhereInput
  onClose: () => void
  onDone: () => void
}

/** Sets and removes labels of servers. */
export function LabelDialog({ opened, servers, where, onClose, onDone }: LabelDialogProps) {
  const { t } = useTranslation()
  return (
    <Dialog opened={opened} onClose={onClose} title={where ? t('server.bulk.labels') : t('server.label.title', { count: servers.length })}>
      <LabelForm servers={servers} where={where} onClose={onClose} onDone={onDone} />
    </Dialog>
  )
}

function LabelForm({ servers, where, onClose, onDone }: Omit<LabelDialogProps, 'opened'>) {
  const { t } = useTranslation()
  const { values, errors, set, clearErrors, onFieldError } = useFields<{ set: string[]; remove: string[] }>({ set: [], remove: [] })
  const [run, labeling] = useAction(LabelServers, { onFieldError, success: t('server.label.done', { count: servers.length }) })
  const bulk = useBulk({ servers, where, onFieldError, onStarted: onDone })
  const known = [...new Set(servers.flatMap(({ labels }) => labelsOf(labels)).map((label) => label.split('=')[0] ?? ''))].sort()

  async function send() {
    clearErrors()
    if (bulk.wanted) await bulk.start({ setLabels: parseLabels(values.set), removeLabels: values.remove })
    else if (await run({ input: { ids: servers.map(({ id }) => id), set: parseLabels(values.set), remove: values.remove } })) onDone()
  }

  return (
    <Form onSubmit={send} action={t('server.label.action')} busy={labeling || bulk.busy} disabled={values.set.length + values.remove.length === 0} onCancel={onClose}>
      <Meant servers={servers} all={where !== undefined} bulk={bulk.wanted} />
      <TagsInput label={t('server.label.set')} description={t('server.label.setHelp')} value={values.set} onChange={(next) => { set({ set: next }) }} error={errors.set} acceptValueOnBlur openOnFocus={false} data-autofocus />
      <TagsInput label={t('server.label.remove')} description={t('server.label.removeHelp')} data={known} value={values.remove} onChange={(next) => { set({ remove: next }) }} error={errors.remove} acceptValueOnBlur />
    </Form>
  )
}
