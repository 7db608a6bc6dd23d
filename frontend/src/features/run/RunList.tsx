import { Group, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import { useText } from '@/ui/format'
import { PageLink } from '@/ui/Page'
import { Row, Rows, StatusCell } from '@/ui/Rows'
import { Duration, TimeAgo } from '@/ui/Time'
import { PlanCounts } from './PlanCounts'
import { isFinal, RunStatus } from './RunStatus'

export const RunListItem = graphql(/* GraphQL */ `
  fragment RunListItem on Run {
    id
    kind
    status
    phase
    requestedBy
    createdAt
    startedAt
    finishedAt
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
      acronym
      name
    }
    plan {
      id
      ...PlanCounts
    }
  }
`)

interface RunListProps {
  runs: readonly ({ id: string } & FragmentType<typeof RunListItem>)[]
  /** On a project's own page its name needs no saying. */
  withProject?: boolean
  label: string
}

export function RunList({ runs, withProject = true, label }: RunListProps) {
  return (
    <Rows label={label}>
      {runs.map((run) => (
        <RunRow key={run.id} run={run} withProject={withProject} />
      ))}
    </Rows>
  )
}

function RunRow({ run: masked, withProject }: { run: FragmentType<typeof RunListItem>; withProject: boolean }) {
  const { t } = useTranslation()
  const text = useText()
  const run = unmask(RunListItem, masked)
  return (
    <Row
      main={
        <>
          <PageLink to="/runs/$runId" params={{ runId: run.id }} data-row-link>
            {text(run.title)}
          </PageLink>
          <Group gap={6} c="dimmed" fz="sm">
            {withProject && run.project && <span>{run.project.name} ·</span>}
            <span>{t(`run.kind.${run.kind}`)} ·</span>
            <span>{run.requestedBy}</span>
          </Group>
          {run.blockedReason && <Text size="sm" c="var(--arpent-change)">{text(run.blockedReason)}</Text>}
        </>
      }
      aside={
        <>
          {run.plan && <PlanCounts plan={run.plan} />}
          <Text size="sm" c="dimmed" visibleFrom="sm" ta="right" miw={64}>
            {run.startedAt && <Duration from={run.startedAt} to={isFinal(run.status) ? run.finishedAt : null} />}
          </Text>
          <Text size="sm" c="dimmed" ta="right" miw={90} visibleFrom="md">
            <TimeAgo value={run.createdAt} brief />
          </Text>
          <StatusCell><RunStatus status={run.status} phase={run.phase} /></StatusCell>
        </>
      }
    />
  )
}
