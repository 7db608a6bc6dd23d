import { Stack, Title } from '@mantine/core'
import { useInterval } from '@mantine/hooks'
import { IconServer2 } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { Answer } from '@/api/Answer'
import { nodesOf } from '@/api/nodes'
import { QueueDepths } from '@/features/worker/QueueDepths'
import { WorkerList } from '@/features/worker/WorkerList'
import { graphql } from '@/gql'
import { EmptyState } from '@/ui/EmptyState'
import { Page } from '@/ui/Page'

const WorkersPageQuery = graphql(/* GraphQL */ `
  query WorkersPage {
    queue {
      ...QueueDepth
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

/** A worker's signs of life are no events: the page looks now and then. */
const LOOK_MS = 15_000

export const Route = createFileRoute('/_app/admin/workers')({ component: WorkersPage })

function WorkersPage() {
  const { t } = useTranslation()
  const [result, retry] = useQuery({ query: WorkersPageQuery, context: CONTEXT })
  useInterval(() => { retry({ requestPolicy: 'network-only' }) }, LOOK_MS, { autoInvoke: true })
  return (
    <Page title={t('worker.title')} lead={t('worker.lead')}>
      <Answer result={result} retry={retry}>
        {({ queue, workers }) => (
          <Stack gap="lg">
            <section>
              <Title order={2} size="h3" mb="sm">{t('worker.queue')}</Title>
              <QueueDepths queue={queue} />
            </section>
            <section>
              <Title order={2} size="h3" mb="sm">{t('worker.list')}</Title>
              {nodesOf(workers).length === 0 ? <EmptyState icon={IconServer2} title={t('worker.empty')} help={t('worker.emptyHelp')} /> : <WorkerList workers={nodesOf(workers)} />}
            </section>
          </Stack>
        )}
      </Answer>
    </Page>
  )
}
