import { Group, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import type { HeldRunFragment as Held } from '@/gql/graphql'
import { useFormat, useText } from '@/ui/format'
import { PageLink } from '@/ui/Page'
import { Duration, useNow } from '@/ui/Time'
import classes from './HeldRuns.module.css'
import { RequeueRun } from './RequeueRun'

export const HeldRunFragment = graphql(/* GraphQL */ `
  fragment HeldRun on Run {
    id
    status
    phase
    attempt
    claimedAt
    leaseExpiresAt
    title {
      en
      fr
    }
    project {
      id
      name
    }
  }
`)

interface HeldRunsProps {
  worker: { name: string; alive: boolean }
  runs: readonly ({ id: string } & FragmentType<typeof HeldRunFragment>)[]
}

/** What a worker has, since when, and for how long it is still its own. */
export function HeldRuns({ worker, runs }: HeldRunsProps) {
  const { t } = useTranslation()
  return (
    <ul className={classes.held} aria-label={t('worker.holdsOf', { name: worker.name })}>
      {runs.map((masked) => {
        const run = unmask(HeldRunFragment, masked)
        return <HeldRun key={run.id} run={run} worker={worker} />
      })}
    </ul>
  )
}

function HeldRun({ run, worker }: { run: Held; worker: HeldRunsProps['worker'] }) {
  const { t } = useTranslation()
  const text = useText()
  return (
    <li>
      <div className={classes.what}>
        <PageLink to="/runs/$runId" params={{ runId: run.id }} size="sm">{text(run.title)}</PageLink>
        <Group gap={6} c="dimmed" fz="sm">
          {run.project && <span>{run.project.name} ·</span>}
          <span>{t(run.status === 'CANCELING' ? 'run.status.CANCELING' : run.phase === 'APPLY' ? 'worker.applying' : 'worker.planning')} ·</span>
          <span>{t('worker.since')} <Duration from={run.claimedAt} /></span>
          <Lease until={run.leaseExpiresAt} alive={worker.alive} />
        </Group>
      </div>
      {run.status === 'RUNNING' && <RequeueRun run={{ id: run.id, title: text(run.title) }} holder={worker} />}
    </li>
  )
}

/** A worker that is alive renews its lease before it ends; only of one that is silent is it told that it has run out. */
function Lease({ until, alive }: { until?: string | null; alive: boolean }) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useNow(1_000)
  const left = until ? new Date(until).getTime() - now : 0
  if (left > 0) return <span>· {t('worker.lease', { time: format.duration(left) })}</span>
  return alive ? null : <Text span size="sm" c="var(--arpent-change)">· {t('worker.leaseOver')}</Text>
}
