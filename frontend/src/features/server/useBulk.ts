import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useIdempotencyKey } from '@/api/idempotency'
import { useAction, type UserError } from '@/api/useAction'
import { graphql } from '@/gql'
import type { ChangeServersInput, ServerWhereInput } from '@/gql/graphql'
import { AT_ONCE } from './moves'

const ChangeServers = graphql(/* GraphQL */ `
  mutation ChangeServers($input: ChangeServersInput!) {
    changeServers(input: $input) {
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

interface Bulk {
  servers: readonly { id: string }[]
  where?: ServerWhereInput
  onFieldError: (error: UserError) => boolean
  onStarted: () => void
}

/** Changes many servers by a run, whose page shows how far it is. */
export function useBulk({ servers, where, onFieldError, onStarted }: Bulk) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const keyOf = useIdempotencyKey()
  const [run, busy] = useAction(ChangeServers, { onFieldError, success: t('server.bulk.started') })
  async function start(change: Omit<ChangeServersInput, 'ids' | 'where'>) {
    const input = { ...change, ...(where ? { where } : { ids: servers.map(({ id }) => id) }) }
    const data = await run({ input: { ...input, idempotencyKey: keyOf(input) } })
    const started = data?.changeServers.run
    if (!started) return
    onStarted()
    await navigate({ to: '/runs/$runId', params: { runId: started.id } })
  }
  return { wanted: where !== undefined || servers.length > AT_ONCE, start, busy }
}
