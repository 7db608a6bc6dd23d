import { createFileRoute } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery, useSubscription } from 'urql'
import { Answer } from '@/api/Answer'
import { nodesOf } from '@/api/nodes'
import { HealthBoard, type HealthGroup } from '@/features/health/HealthBoard'
import { graphql } from '@/gql'
import type { HealthPageQuery as Health } from '@/gql/graphql'
import { ExportMenu } from '@/ui/ExportMenu'
import { Page } from '@/ui/Page'

const HealthPageQuery = graphql(/* GraphQL */ `
  query HealthPage {
    healthSummary {
      at
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

/** Comes at once with how everything is, also after each loss of the connection, and then as it changes. */
const HealthSubscription = graphql(/* GraphQL */ `
  subscription HealthChanged {
    healthChanged {
      at
      ...HealthBoard
    }
  }
`)

/** A screen that nobody touches for weeks asks again by itself, so that it is never older than this. */
const REFRESH_MS = 60_000

export const Route = createFileRoute('/_app/health')({ component: HealthPage })

function HealthPage() {
  const { t } = useTranslation()
  const [result, reexecute] = useQuery({ query: HealthPageQuery })
  const [{ data: told }] = useSubscription({ query: HealthSubscription })
  // What is told tells of everything; what belongs where is asked then, and when nothing was told for long.
  const at = told?.healthChanged.at
  useEffect(() => {
    const refresh = () => { reexecute({ requestPolicy: 'network-only' }) }
    if (at !== undefined) refresh()
    const timer = setInterval(refresh, REFRESH_MS)
    return () => { clearInterval(timer) }
  }, [at, reexecute])
  return (
    <Page title={t('health.title')} width="wide" actions={<ExportMenu list="checks" orderBy={{ field: 'CREATED_AT', direction: 'DESC' }} />}>
      <Answer result={result} retry={() => { reexecute({ requestPolicy: 'network-only' }) }}>
        {(data) => <HealthBoard summary={newest(data.healthSummary, told?.healthChanged)} groups={groupsOf(data)} />}
      </Answer>
    </Page>
  )
}

/** Of two statements, the one that was true later. */
function newest<Summary extends { at: string }>(asked: Summary, told: Summary | undefined): Summary {
  return told && new Date(told.at) >= new Date(asked.at) ? told : asked
}

function groupsOf(data: Health): HealthGroup[] {
  return [
    ...nodesOf(data.hostingProviders).map(({ id, name, health }) => ({ id, name, kind: 'provider' as const, counts: health })),
    ...nodesOf(data.projects).map(({ id, name, serverHealth }) => ({ id, name, kind: 'project' as const, counts: serverHealth })),
  ]
}
