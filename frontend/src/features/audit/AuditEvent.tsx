import { Button, Group, Text, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconChevronRight, IconFilter } from '@tabler/icons-react'
import type { ParseKeys } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { AuditEventsQuery } from '@/gql/graphql'
import { Facts } from '@/ui/Facts'
import { useFormat, useText } from '@/ui/format'
import { TimeAgo } from '@/ui/Time'
import { ValueDiff } from '@/ui/ValueDiff'
import classes from './AuditTrail.module.css'
import { type AuditFilter, keyOf, KNOWN_TYPES } from './filter'
import { SubjectLink } from './SubjectLink'

export type Event = NonNullable<NonNullable<NonNullable<AuditEventsQuery['events']['edges']>[number]>['node']>

/** The name of a kind of event, or its technical one when it is newer than this page. */
export function useEventName() {
  const { t } = useTranslation()
  return (type: string) => ((KNOWN_TYPES as readonly string[]).includes(type) ? t(`audit.type.${keyOf(type)}` as ParseKeys) : type)
}

/** Parts of Arpent that act by themselves, by the ids that the journal has for them. */
const SYSTEM = 'system:'

/** Who did it: a person by name, a part of Arpent by what it is. */
export function useActorName() {
  const { t, i18n } = useTranslation()
  return ({ actorID, actor }: { actorID: string; actor: string }) => {
    if (!actorID.startsWith(SYSTEM)) return actor
    const key = `audit.system.${actorID.slice(SYSTEM.length)}`
    return i18n.exists(key) ? t(key as 'audit.system.engine') : t('audit.system.other', { name: actor })
  }
}

/** What it is about, in the reader's language where that is known: a run is told by what it does now as then. */
export function useSubjectName() {
  const { t } = useTranslation()
  const text = useText()
  return ({ subject, subjectID, node }: Event) => {
    if (node?.__typename === 'Run') return text(node.title)
    return subjectID === 'retention' ? t('audit.retention') : subject
  }
}

interface AuditEventProps {
  event: Event
  mayInspect: boolean
  onFilter: (change: AuditFilter) => void
}

export function AuditEvent({ event, mayInspect, onFilter }: AuditEventProps) {
  const nameOf = useEventName()
  const actorOf = useActorName()
  const subject = useSubjectName()(event)
  const [opened, { toggle }] = useDisclosure()
  return (
    <li className={classes.event}>
      <UnstyledButton className={classes.head} onClick={toggle} aria-expanded={opened}>
        <IconChevronRight size={16} className={classes.arrow} aria-hidden />
        <span style={{ minWidth: 0 }}>
          <Text span size="sm" fw={570}>{nameOf(event.type)}</Text>
          {subject && <Text span size="sm"> · {subject}</Text>}
          <Text span display="block" size="sm" c="dimmed">{actorOf(event)}</Text>
        </span>
        <Text size="sm" c="dimmed" span><TimeAgo value={event.time} brief /></Text>
      </UnstyledButton>
      {opened && <Details event={event} mayInspect={mayInspect} onFilter={onFilter} />}
    </li>
  )
}

function Details({ event, mayInspect, onFilter }: AuditEventProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const actorOf = useActorName()
  const subjectOf = useSubjectName()
  const only = (label: string, change: AuditFilter) => (
    <Button size="compact-xs" variant="default" leftSection={<IconFilter size={13} />} onClick={() => { onFilter(change) }}>{label}</Button>
  )
  return (
    <div className={classes.body}>
      <div className={classes.facts}>
        <Facts
          facts={[
            [t('audit.time'), format.exact(event.time)],
            [t('audit.type.label'), <code key="type">{event.type}</code>],
            [t('audit.actor'), actorOf(event)],
            [t('audit.subject'), <SubjectLink key="subject" node={event.node} name={subjectOf(event)} />],
            ...(mayInspect ? ([[t('audit.address'), event.address], [t('audit.request'), event.requestId && <code key="request">{event.requestId}</code>]] as [string, React.ReactNode][]) : []),
          ]}
        />
      </div>
      {mayInspect && <ValueDiff before={event.before} after={event.after} />}
      <Group gap={6}>
        {only(t('audit.onlyActor'), { actor: event.actorID })}
        {only(t('audit.onlySubject'), { subject: event.subjectID })}
        {only(t('audit.onlyType'), { type: [event.type] })}
      </Group>
    </div>
  )
}
