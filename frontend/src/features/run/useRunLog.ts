import { useEffect, useReducer, useRef, useState } from 'react'
import { useClient } from 'urql'
import { pipe, subscribe } from 'wonka'
import { graphql } from '@/gql'
import { LogBuffer } from './log'

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

/** The log of a run, live. After a lost connection or a hole it goes on at the first byte that is missing. */
export function useRunLog(id: string): LogBuffer {
  const client = useClient()
  const [buffer] = useState(() => new LogBuffer())
  const [, changed] = useReducer((count: number) => count + 1, 0)
  const [again, askAgain] = useReducer((count: number) => count + 1, 0)
  const frame = useRef(0)
  useEffect(() => {
    const { unsubscribe } = pipe(
      client.subscription(RunLogSubscription, { id, after: buffer.next }, { resume: () => ({ after: buffer.next }) }),
      subscribe(({ data }) => {
        if (!data) return
        if (buffer.add(data.runLog) === 'gap') askAgain()
        frame.current ||= requestAnimationFrame(() => {
          frame.current = 0
          changed()
        })
      }),
    )
    return () => {
      cancelAnimationFrame(frame.current)
      frame.current = 0
      unsubscribe()
    }
  }, [client, id, buffer, again])
  return buffer
}
