import { Badge, Group, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import { useFormat, useText } from '@/ui/format'
import { PageLink } from '@/ui/Page'
import { Row, Rows } from '@/ui/Rows'
import { Duration } from '@/ui/Time'
import { RequeueRun } from './RequeueRun'
import { usePriorityName } from './usePriorityName'

export const WaitingListItem = graphql(/* GraphQL */ `
  fragment WaitingListItem on Run {
    id
    kind
    priority
    queuedAt
    requestedBy
    labels
    title {
      en
      fr
    }
    blockedReason {
      en
      fr
    }
    project {
      id
      name
    }
  }
`)

interface WaitingListProps {
  runs: readonly ({ id: string } & FragmentType<typeof WaitingListItem>)[]
  /** How many wait, listed or not. */
  total: number
}

/** The runs that wait for a worker, in the order in which they are handed out. */
export function WaitingList({ runs, total }: WaitingListProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const unlisted = total - runs.length
  return (
    <>
      <Rows label={t('worker.queue')}>
        {runs.map((run, index) => <WaitingRow key={run.id} run={run} place={index + 1} />)}
      </Rows>
      {unlisted > 0 && <Text size="sm" c="dimmed" mt="xs">{t('worker.more', { count: unlisted, number: format.number(unlisted) })}</Text>}
    </>
  )
}

function WaitingRow({ run: masked, place }: { run: FragmentType<typeof WaitingListItem>; place: number }) {
  const { t } = useTranslation()
  const text = useText()
  const nameOf = usePriorityName()
  const run = unmask(WaitingListItem, masked)
  return (
    <Row
      lead={<Text size="sm" c="dimmed" ta="right" miw={22} style={{ fontVariantNumeric: 'tabular-nums' }}>{place}</Text>}
      main={
        <>
          <PageLink to="/runs/$runId" params={{ runId: run.id }} data-row-link>{text(run.title)}</PageLink>
          <Group gap={6} c="dimmed" fz="sm">
            {run.project && <span>{run.project.name} ·</span>}
            <span>{t(`run.kind.${run.kind}`)} ·</span>
            <span>{run.requestedBy}</span>
            {run.labels?.map((label) => <Badge key={label} color="gray" size="sm">{label}</Badge>)}
          </Group>
          {run.blockedReason && <Text size="sm" c="var(--arpent-change)">{text(run.blockedReason)}</Text>}
        </>
      }
      aside={
        <>
          <Text size="sm" c="dimmed">{nameOf(run.priority)}</Text>
          <Text size="sm" c="dimmed" ta="right" miw={72}><Duration from={run.queuedAt} /></Text>
          <RequeueRun run={{ id: run.id, title: text(run.title) }} />
        </>
      }
    />
  )
}
