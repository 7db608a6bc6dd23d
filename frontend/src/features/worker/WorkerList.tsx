import { Badge, Button, Group, Text } from '@mantine/core'
import { IconCircleCheck, IconPlayerPause, IconPlayerPlay, IconPlugConnectedX, IconServer2 } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { type FragmentType, graphql, unmask } from '@/gql'
import { useText } from '@/ui/format'
import { PageLink } from '@/ui/Page'
import { Row, Rows } from '@/ui/Rows'
import { Status } from '@/ui/Status'
import { TimeAgo } from '@/ui/Time'

export const WorkerListItem = graphql(/* GraphQL */ `
  fragment WorkerListItem on Worker {
    id
    name
    labels
    version
    tool
    remote
    paused
    seenAt
    alive
    runs {
      id
      title {
        en
        fr
      }
    }
  }
`)

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

export function WorkerList({ workers }: { workers: readonly ({ id: string } & FragmentType<typeof WorkerListItem>)[] }) {
  const { t } = useTranslation()
  return (
    <Rows label={t('worker.title')}>
      {workers.map((worker) => <WorkerRow key={worker.id} worker={worker} />)}
    </Rows>
  )
}

function WorkerRow({ worker: masked }: { worker: FragmentType<typeof WorkerListItem> }) {
  const { t } = useTranslation()
  const text = useText()
  const worker = unmask(WorkerListItem, masked)
  const [pause, busy] = useAction(PauseWorker, { success: t(worker.paused ? 'worker.resumed' : 'worker.paused', { name: worker.name }) })
  return (
    <Row
      lead={<IconServer2 size={20} stroke={1.6} aria-hidden />}
      main={
        <>
          <Group gap={6}>
            <Text fw={570} span>{worker.name}</Text>
            {worker.labels?.map((label) => <Badge key={label} color="gray" size="sm">{label}</Badge>)}
          </Group>
          <Group gap={6} c="dimmed" fz="sm">
            <span>{t(worker.remote ? 'worker.remote' : 'worker.local')}</span>
            <span>· {worker.tool}</span>
            <span>· {worker.version}</span>
            <span>· <TimeAgo value={worker.seenAt} /></span>
          </Group>
          {worker.runs.length > 0 && (
            <Group gap={6} fz="sm" mt={2}>
              <Text size="sm" c="dimmed" span>{t('worker.holds')}</Text>
              {worker.runs.map((run) => <PageLink key={run.id} to="/runs/$runId" params={{ runId: run.id }} size="sm">{text(run.title)}</PageLink>)}
            </Group>
          )}
        </>
      }
      aside={
        <>
          <WorkerStatus alive={worker.alive} paused={worker.paused} />
          {(worker.alive || worker.paused) && (
            <Button size="compact-sm" variant="default" loading={busy} leftSection={worker.paused ? <IconPlayerPlay size={14} /> : <IconPlayerPause size={14} />} onClick={() => void pause({ input: { id: worker.id, paused: !worker.paused } })}>
              {t(worker.paused ? 'worker.resume' : 'worker.pause')}
            </Button>
          )}
        </>
      }
    />
  )
}

function WorkerStatus({ alive, paused }: { alive: boolean; paused: boolean }) {
  const { t } = useTranslation()
  if (!alive) return <Status tone="danger" icon={IconPlugConnectedX} label={t('worker.status.gone')} />
  if (paused) return <Status tone="warning" icon={IconPlayerPause} label={t('worker.status.paused')} />
  return <Status tone="success" icon={IconCircleCheck} label={t('worker.status.alive')} />
}
