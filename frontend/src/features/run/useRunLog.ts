import { useEffect, useReducer, useRef } from 'react'
import { useClient } from 'urql'
import { pipe, subscribe } from 'wonka'
import { graphql } from '@/gql'
import type { LogBuffer } from './log'
import { openLog } from './storedLog'

const RunLogSubscription = graphql(/* GraphQL */ `
  subscription RunLog($id: ID!, $after: Long!) {
    runLog(id: $id, after: $after) {
      offset
      next
      text
      complete
    }
  }
`)

/**
 * The log of a run: what is stored in one go, then what follows, live. After a lost connection or a hole it goes on at
 * the first byte that is missing.
 */
export function useRunLog(id: string): LogBuffer {
  const client = useClient()
  const log = openLog(id)
  const [, changed] = useReducer((count: number) => count + 1, 0)
  const [again, askAgain] = useReducer((count: number) => count + 1, 0)
  const frame = useRef(0)
  useEffect(() => {
    const { buffer } = log
    const soon = () => {
      frame.current ||= requestAnimationFrame(() => {
        frame.current = 0
        changed()
      })
    }
    const follow = () =>
      pipe(
        client.subscription(RunLogSubscription, { id, after: buffer.next }, { resume: () => ({ after: buffer.next }) }),
        subscribe(({ data }) => {
          if (!data) return
          if (buffer.add(data.runLog) === 'gap') askAgain()
          soon()
        }),
      ).unsubscribe
    let left = false
    let unfollow: (() => void) | undefined
    void log.read(soon).then(() => {
      if (!left) unfollow = follow()
    })
    return () => {
      left = true
      log.stop()
      unfollow?.()
      cancelAnimationFrame(frame.current)
      frame.current = 0
    }
  }, [client, id, log, again])
  return log.buffer
}
