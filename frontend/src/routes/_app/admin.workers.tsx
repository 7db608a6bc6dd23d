import { Group, Stack, Text, Title } from '@mantine/core'
import { useInterval } from '@mantine/hooks'
import { IconCircleCheck, IconServer2 } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { Answer } from '@/api/Answer'
import { nodesOf } from '@/api/nodes'
import { PauseAll } from '@/features/worker/PauseAll'
import { QueueDepths } from '@/features/worker/QueueDepths'
import { WaitingList } from '@/features/worker/WaitingList'
import { WorkerList } from '@/features/worker/WorkerList'
import { graphql } from '@/gql'
import { EmptyState } from '@/ui/EmptyState'
import { Page } from '@/ui/Page'

const WorkersPageQuery = graphql(/* GraphQL */ `
  query WorkersPage {
    queue {
      waiting
      ...QueueDepth
    }
    waitingRuns {
      id
      ...WaitingListItem
    }
    workers(first: 100, orderBy: { field: SEEN_AT, direction: DESC }) {
      edges {
        node {
          id
          ...WorkerListItem
        }
      }
    }
  }
`)

/** What waits changes with every run. */
const CONTEXT = { additionalTypenames: ['Run', 'Worker'] }

/** A worker's signs of life are no events: the page looks now and then, more often than leases run out. */
const LOOK_MS = 10_000

export const Route = createFileRoute('/_app/admin/workers')({ component: WorkersPage })

function WorkersPage() {
  const { t } = useTranslation()
  const [result, retry] = useQuery({ query: WorkersPageQuery, context: CONTEXT })
  useInterval(() => { retry({ requestPolicy: 'network-only' }) }, LOOK_MS, { autoInvoke: true })
  const workers = nodesOf(result.data?.workers)
  return (
    <Page title={t('worker.title')} lead={t('worker.lead')} actions={<PauseAll workers={workers} />}>
      <Answer result={result} retry={retry}>
        {({ queue, waitingRuns }) => (
          <Stack gap="xl">
            <Section title={t('worker.queue')} help={t('worker.queueHelp')}>
              <Stack gap="sm">
                <QueueDepths queue={queue} />
                {waitingRuns.length === 0 ? <EmptyState compact icon={IconCircleCheck} title={t('worker.nothingWaits')} help={t('worker.nothingWaitsHelp')} /> : <WaitingList runs={waitingRuns} total={queue.reduce((sum, { waiting }) => sum + waiting, 0)} />}
              </Stack>
            </Section>
            <Section title={t('worker.list')} help={t('worker.listHelp')}>
              {workers.length === 0 ? <EmptyState icon={IconServer2} title={t('worker.empty')} help={t('worker.emptyHelp')} /> : <WorkerList workers={workers} />}
            </Section>
          </Stack>
        )}
      </Answer>
    </Page>
  )
}

function Section({ title, help, children }: { title: string; help: string; children: ReactNode }) {
  return (
    <section>
      <Group gap="xs" mb="sm">
        <Title order={2} size="h3">{title}</Title>
        <Text size="sm" c="dimmed" w="100%" mt={-8}>{help}</Text>
      </Group>
      {children}
    </section>
  )
}
