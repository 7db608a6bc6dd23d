import { createFileRoute } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { Answer } from '@/api/Answer'
import { nodesOf } from '@/api/nodes'
import { useConnection } from '@/api/socket'
import { HealthBoard, type HealthGroup } from '@/features/health/HealthBoard'
import { graphql } from '@/gql'
import type { HealthPageQuery as Health } from '@/gql/graphql'
import { Page } from '@/ui/Page'

const HealthPageQuery = graphql(/* GraphQL */ `
  query HealthPage {
    healthSummary {
      ...HealthBoard
    }
    hostingProviders(first: 100, orderBy: { field: NAME, direction: ASC }) {
      edges {
        node {
          id
          name
          health {
            health
            count
          }
        }
      }
    }
    projects(first: 100, where: { status: ACTIVE }, orderBy: { field: NAME, direction: ASC }) {
      edges {
        node {
          id
          name
          serverHealth {
            health
            count
          }
        }
      }
    }
  }
`)

const CONTEXT = { additionalTypenames: ['Server'] }
/** A screen that nobody touches for weeks asks again by itself, so that it is never older than this. */
const REFRESH_MS = 60_000

export const Route = createFileRoute('/_app/health')({ component: HealthPage })

function HealthPage() {
  const { t } = useTranslation()
  const connection = useConnection()
  const [result, reexecute] = useQuery({ query: HealthPageQuery, context: CONTEXT })
  useEffect(() => {
    const refresh = () => { reexecute({ requestPolicy: 'network-only' }) }
    if (connection === 'live') refresh() // again after each loss
    const timer = setInterval(refresh, REFRESH_MS)
    return () => { clearInterval(timer) }
  }, [connection, reexecute])
  return (
    <Page title={t('health.title')} width="wide">
      <Answer result={result} retry={() => { reexecute({ requestPolicy: 'network-only' }) }}>
        {(data) => <HealthBoard summary={data.healthSummary} groups={groupsOf(data)} />}
      </Answer>
    </Page>
  )
}

function groupsOf(data: Health): HealthGroup[] {
  return [
    ...nodesOf(data.hostingProviders).map(({ id, name, health }) => ({ id, name, kind: 'provider' as const, counts: health })),
    ...nodesOf(data.projects).map(({ id, name, serverHealth }) => ({ id, name, kind: 'project' as const, counts: serverHealth })),
  ]
}
