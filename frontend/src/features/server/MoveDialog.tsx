import { Text, Textarea } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { useFields } from '@/api/useFields'
import { graphql } from '@/gql'
import type { ServerMove, ServerWhereInput } from '@/gql/graphql'
import { Dialog } from '@/ui/Dialog'
import { Form } from '@/ui/Form'
import { useBulk } from './useBulk'

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
  /** All that match are meant, and servers are only some of them. */
  where?: ServerWhereInput
  onClose: () => void
  onMoved: () => void
}

/** Asks why, then moves servers on in their life: a few at once, many by a run. */
export function MoveDialog({ move, ...rest }: MoveDialogProps) {
  const { t } = useTranslation()
  const name = move && t(`server.move.name.${move}`)
  const title = name && (rest.where ? t('server.bulk.move', { move: name }) : t('server.move.title', { move: name, count: rest.servers.length }))
  return (
    <Dialog opened={move !== null} onClose={rest.onClose} title={title ?? ''}>
      {move && <MoveForm move={move} {...rest} />}
    </Dialog>
  )
}

function MoveForm({ move, servers, where, onClose, onMoved }: MoveDialogProps & { move: ServerMove }) {
  const { t } = useTranslation()
  const { values, errors, set, clearErrors, onFieldError } = useFields({ reason: '' })
  const [run, moving] = useAction(MoveServers, { onFieldError, success: t('server.move.done', { count: servers.length }) })
  const bulk = useBulk({ servers, where, onFieldError, onStarted: onMoved })

  async function send() {
    clearErrors()
    const reason = values.reason.trim()
    if (bulk.wanted) await bulk.start({ move, reason })
    else if (await run({ input: { ids: servers.map(({ id }) => id), move, reason } })) onMoved()
  }

  return (
    <Form onSubmit={send} action={t(`server.move.name.${move}`)} busy={moving || bulk.busy} onCancel={onClose}>
      <Text size="sm">{t(`server.move.help.${move}`)}</Text>
      <Meant servers={servers} all={where !== undefined} bulk={bulk.wanted} />
      <Textarea label={t('server.move.reason')} description={t(move === 'REJECT' ? 'server.move.reasonWanted' : 'server.move.reasonHelp')} value={values.reason} onChange={({ currentTarget }) => { set({ reason: currentTarget.value }) }} error={errors.reason} required={move === 'REJECT'} withAsterisk={false} maxLength={500} autosize minRows={2} data-autofocus />
    </Form>
  )
}

/** Which servers are meant, and that they are many. */
export function Meant({ servers, all, bulk }: { servers: readonly { hostname: string }[]; all: boolean; bulk: boolean }) {
  const { t } = useTranslation()
  return (
    <>
      {all ? <Text size="sm" c="dimmed">{t('server.bulk.all')}</Text> : <Names servers={servers} />}
      {bulk && <Text size="sm" c="dimmed">{t('server.bulk.help')}</Text>}
    </>
  )
}

/** So many names are told; of the others it is said that they are there. */
const NAMED = 5

function Names({ servers }: { servers: readonly { hostname: string }[] }) {
  const { t } = useTranslation()
  const more = servers.length - NAMED
  return (
    <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
      {servers.slice(0, NAMED).map(({ hostname }) => hostname).join(', ')}
      {more > 0 && ` ${t('server.andMore', { count: more })}`}
    </Text>
  )
}
