import { Text, Timeline } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import type { ServerTimelineEventFragment } from '@/gql/graphql'
import { changesBetween } from '@/ui/changes'
import { useFormat } from '@/ui/format'
import { PageLink } from '@/ui/Page'
import { Panel } from '@/ui/Panel'

export const ServerTimelineEvent = graphql(/* GraphQL */ `
  fragment ServerTimelineEvent on Event {
    id
    type
    actorID
    actor
    subjectID
    subject
    time
    before
    after
    requestId
  }
`)

interface ServerTimelineProps {
  serverId: string
  events: readonly ({ id: string } & FragmentType<typeof ServerTimelineEvent>)[]
  /** What a kind of event is called, and who did it: the audit trail's words. */
  nameOf: (type: string) => string
  actorOf: (event: { actorID: string; actor: string }) => string
}

/** Its life: what happened to it, the newest first. */
export function ServerTimeline({ serverId, events, nameOf, actorOf }: ServerTimelineProps) {
  const { t } = useTranslation()
  const format = useFormat()
  if (events.length === 0) return <Panel title={t('server.timeline')}><Text size="sm" c="dimmed">{t('server.noEvents')}</Text></Panel>
  return (
    <Panel title={t('server.timeline')}>
      <Timeline bulletSize={14} lineWidth={2} active={-1} component="ol" aria-label={t('server.timeline')} styles={{ root: { listStyle: 'none', margin: 0 } }}>
        {events.map((masked) => {
          const event = unmask(ServerTimelineEvent, masked)
          return (
            <Timeline.Item key={event.id} component="li" title={<Text size="sm" fw={570}>{nameOf(event.type)}</Text>}>
              {event.subjectID !== serverId && !event.subjectID.startsWith('clm_') && <Text size="sm"><Subject event={event} /></Text>}
              <Changes event={event} />
              {reasonOf(event) && <Text size="sm">{t('server.because', { reason: reasonOf(event) })}</Text>}
              <Text size="sm" c="dimmed"><time dateTime={event.time}>{format.dateTime(event.time)}</time> · {actorOf(event)}<ByRun event={event} /></Text>
            </Timeline.Item>
          )
        })}
      </Timeline>
    </Panel>
  )
}

/** What was changed of the server, as it was and as it is, for those who may read what was changed. */
function Changes({ event }: { event: ServerTimelineEventFragment }) {
  const { t, i18n } = useTranslation()
  if (!event.subjectID.startsWith('srv_')) return null
  const changes = changesBetween(event.before, event.after).filter(({ name }) => name !== 'reason')
  const nameOf = (name: string) => (i18n.exists(`server.column.${name}`) ? t(`server.column.${name}` as 'server.column.lifecycle') : name)
  const shown = (name: string, value: unknown) => {
    if (value === undefined || value === null || value === '') return '–'
    if (typeof value !== 'string') return JSON.stringify(value)
    return name === 'lifecycle' && i18n.exists(`server.lifecycle.${value}`) ? t(`server.lifecycle.${value}` as 'server.lifecycle.WISHED') : value
  }
  return changes.map(({ name, before, after }) => (
    <Text key={name} size="sm" style={{ overflowWrap: 'anywhere' }}>{t('server.changed', { what: nameOf(name), was: shown(name, before), is: shown(name, after) })}</Text>
  ))
}

/** The run that did it: in its own name, as a template's claim, or in that of who asked for it, as a change of many servers. */
function ByRun({ event: { actorID, requestId } }: { event: ServerTimelineEventFragment }) {
  const { t } = useTranslation()
  const run = [actorID, requestId].find((id) => id?.startsWith('run_'))
  return run ? <> · <PageLink to="/runs/$runId" params={{ runId: run }} size="sm">{t('server.byRun')}</PageLink></> : null
}

function Subject({ event }: { event: ServerTimelineEventFragment }) {
  if (event.subjectID.startsWith('run_')) return <PageLink to="/runs/$runId" params={{ runId: event.subjectID }}>{event.subject}</PageLink>
  if (event.subjectID.startsWith('ims_')) return <PageLink to="/imports/$sessionId" params={{ sessionId: event.subjectID }}>{event.subject}</PageLink>
  return <>{event.subject}</>
}

/** The reason that somebody gave, for those who may read what was changed. */
function reasonOf({ after }: ServerTimelineEventFragment): string {
  const reason = typeof after === 'object' && after !== null && 'reason' in after ? after.reason : ''
  return typeof reason === 'string' ? reason : ''
}
