import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { graphql } from '@/gql'

const PauseWorker = graphql(/* GraphQL */ `
  mutation PauseWorker($input: PauseWorkerInput!) {
    pauseWorker(input: $input) {
      worker {
        id
        ...WorkerListItem
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

interface Pausable {
  id: string
  name: string
  paused: boolean
}

/** Pauses one worker, or lets it go on. */
export function usePause(worker: Pausable) {
  const { t } = useTranslation()
  const [pause, busy] = useAction(PauseWorker, { success: t(worker.paused ? 'worker.resumed' : 'worker.paused', { name: worker.name }) })
  return [() => void pause({ input: { id: worker.id, paused: !worker.paused } }), busy] as const
}

/** Pauses all of them, one after the other, or lets all go on; stops at the first that cannot be. */
export function usePauseAll(workers: readonly Pausable[]) {
  const [pause] = useAction(PauseWorker)
  const [busy, setBusy] = useState(false)
  async function all(paused: boolean) {
    setBusy(true)
    for (const worker of workers) if (worker.paused !== paused && !(await pause({ input: { id: worker.id, paused } }))) break
    setBusy(false)
  }
  return [(paused: boolean) => void all(paused), busy] as const
}
