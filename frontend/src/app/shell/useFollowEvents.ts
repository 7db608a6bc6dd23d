import type { Client } from '@urql/core'
import { useEffect, useRef } from 'react'
import { pipe, subscribe } from 'wonka'
import type { Happening } from '@/api/live'
import { graphql } from '@/gql'

const EventsSubscription = graphql(/* GraphQL */ `
  subscription Happenings($after: String) {
    events(after: $after) {
      id
      type
      subjectID
      projectID
      cursor
    }
  }
`)

/** Follows what happens, once per tab. After a lost connection it goes on behind the last event it has seen. */
export function useFollowEvents(client: Client, start: string, notify: (happening: Happening) => void) {
  const cursor = useRef(start)
  useEffect(() => {
    const { unsubscribe } = pipe(
      client.subscription(EventsSubscription, { after: cursor.current }, { resume: () => ({ after: cursor.current }) }),
      subscribe(({ data }) => {
        if (!data) return
        cursor.current = data.events.cursor || cursor.current
        notify(data.events)
      }),
    )
    return unsubscribe
  }, [client, notify])
}
