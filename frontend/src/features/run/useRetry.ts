import { useIdempotencyKey } from '@/api/idempotency'
import { useAction } from '@/api/useAction'
import { graphql } from '@/gql'

const RetryRun = graphql(/* GraphQL */ `
  mutation RetryRun($input: RetryRunInput!) {
    retryRun(input: $input) {
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

/** Does a run again, and tells which run that has become. */
export function useRetry(onRetried: (id: string) => void) {
  const keyFor = useIdempotencyKey()
  const [retry, busy] = useAction(RetryRun)
  const act = (id: string) => {
    void retry({ input: { id, idempotencyKey: keyFor(id) } }).then((data) => {
      if (data?.retryRun.run) onRetried(data.retryRun.run.id)
    })
  }
  return { act, busy }
}
