import { Text, Textarea } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { useFields } from '@/api/useFields'
import { graphql } from '@/gql'
import type { ServerMove } from '@/gql/graphql'
import { Dialog } from '@/ui/Dialog'
import { Form } from '@/ui/Form'

const MoveServers = graphql(/* GraphQL */ `
  mutation MoveServers($input: MoveServersInput!) {
    moveServers(input: $input) {
      servers {
        id
        lifecycle
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

interface MoveDialogProps {
  move: ServerMove | null
  servers: readonly { id: string; hostname: string }[]
  onClose: () => void
  onMoved: () => void
}

/** Asks why, then moves servers on in their life: all of them, or none. */
export function MoveDialog({ move, servers, onClose, onMoved }: MoveDialogProps) {
  const { t } = useTranslation()
  return (
    <Dialog opened={move !== null} onClose={onClose} title={move ? t('server.move.title', { move: t(`server.move.name.${move}`), count: servers.length }) : ''}>
      {move && <MoveForm move={move} servers={servers} onClose={onClose} onMoved={onMoved} />}
    </Dialog>
  )
}

function MoveForm({ move, servers, onClose, onMoved }: MoveDialogProps & { move: ServerMove }) {
  const { t } = useTranslation()
  const { values, errors, set, clearErrors, onFieldError } = useFields({ reason: '' })
  const [run, busy] = useAction(MoveServers, { onFieldError, success: t('server.move.done', { count: servers.length }) })

  async function send() {
    clearErrors()
    if (await run({ input: { ids: servers.map(({ id }) => id), move, reason: values.reason.trim() } })) onMoved()
  }

  return (
    <Form onSubmit={send} action={t(`server.move.name.${move}`)} busy={busy} onCancel={onClose}>
      <Text size="sm">{t(`server.move.help.${move}`)}</Text>
      <Names servers={servers} />
      <Textarea label={t('server.move.reason')} description={t(move === 'REJECT' ? 'server.move.reasonWanted' : 'server.move.reasonHelp')} value={values.reason} onChange={({ currentTarget }) => { set({ reason: currentTarget.value }) }} error={errors.reason} required={move === 'REJECT'} withAsterisk={false} maxLength={500} autosize minRows={2} data-autofocus />
    </Form>
  )
}

/** So many names are told; of the others it is said that they are there. */
const NAMED = 5

export function Names({ servers }: { servers: readonly { hostname: string }[] }) {
  const { t } = useTranslation()
  const more = servers.length - NAMED
  return (
    <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
      {servers.slice(0, NAMED).map(({ hostname }) => hostname).join(', ')}
      {more > 0 && ` ${t('server.andMore', { count: more })}`}
    </Text>
  )
}
