import { Badge, Button, Group, Text } from '@mantine/core'
import { IconCircleCheck, IconPlayerPause, IconPlayerPlay, IconPlugConnectedX, IconProgressDown, IconServer2 } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import type { WorkerListItemFragment as Worker } from '@/gql/graphql'
import { shortVersion, useFormat } from '@/ui/format'
import { Row, Rows } from '@/ui/Rows'
import { Status } from '@/ui/Status'
import { TimeAgo } from '@/ui/Time'
import { HeldRuns } from './HeldRuns'
import { usePause } from './usePause'

export const WorkerListItem = graphql(/* GraphQL */ `
  fragment WorkerListItem on Worker {
    id
    name
    labels
    version
    tool
    slots
    remote
    paused
    seenAt
    alive
    runs {
      id
      ...HeldRun
    }
  }
`)

export function WorkerList({ workers }: { workers: readonly ({ id: string } & FragmentType<typeof WorkerListItem>)[] }) {
  const { t } = useTranslation()
  return (
    <Rows label={t('worker.list')}>
      {workers.map((worker) => <WorkerRow key={worker.id} worker={worker} />)}
    </Rows>
  )
}

function WorkerRow({ worker: masked }: { worker: FragmentType<typeof WorkerListItem> }) {
  const { t } = useTranslation()
  const worker = unmask(WorkerListItem, masked)
  const [pause, busy] = usePause(worker)
  return (
    <Row
      lead={<IconServer2 size={20} stroke={1.6} aria-hidden />}
      main={
        <>
          <Group gap={6}>
            <Text fw={570} span>{worker.name}</Text>
            {worker.labels?.map((label) => <Badge key={label} color="gray" size="sm">{label}</Badge>)}
          </Group>
          <WorkerFacts worker={worker} />
          {worker.runs.length > 0 && <HeldRuns worker={worker} runs={worker.runs} />}
        </>
      }
      aside={
        <>
          <WorkerStatus worker={worker} />
          {(worker.alive || worker.paused) && (
            <Button size="compact-sm" variant="default" loading={busy} aria-label={t(worker.paused ? 'worker.resumeOne' : 'worker.pauseOne', { name: worker.name })} leftSection={worker.paused ? <IconPlayerPlay size={14} aria-hidden /> : <IconPlayerPause size={14} aria-hidden />} onClick={pause}>
              {t(worker.paused ? 'worker.resume' : 'worker.pause')}
            </Button>
          )}
        </>
      }
    />
  )
}

/** Where it is, what it has, and when it last asked for work. */
function WorkerFacts({ worker }: { worker: Worker }) {
  const { t } = useTranslation()
  const format = useFormat()
  const used = worker.runs.length
  return (
    <Group gap={6} c="dimmed" fz="sm">
      <span>{t(worker.remote ? 'worker.remote' : 'worker.local')}</span>
      {worker.slots > 0 && <span>· {t('worker.slots', { used: format.number(used), slots: format.number(worker.slots) })}</span>}
      {worker.tool !== '' && <span>· {worker.tool}</span>}
      {worker.version !== '' && <span>· Arpent {shortVersion(worker.version)}</span>}
      <span>· {t('worker.seen')} <TimeAgo value={worker.seenAt} /></span>
    </Group>
  )
}

function WorkerStatus({ worker: { alive, paused, runs } }: { worker: Worker }) {
  const { t } = useTranslation()
  if (!alive) return <Status tone="danger" icon={IconPlugConnectedX} label={t('worker.status.gone')} />
  if (paused && runs.length > 0) return <Status tone="warning" icon={IconProgressDown} label={t('worker.status.draining')} />
  if (paused) return <Status tone="warning" icon={IconPlayerPause} label={t('worker.status.paused')} />
  return <Status tone="success" icon={IconCircleCheck} label={t('worker.status.alive')} />
}
