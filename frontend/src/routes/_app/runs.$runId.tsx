import { Grid, Stack, Tabs } from '@mantine/core'
import { IconHistoryOff } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useQuery, useSubscription } from 'urql'
import { Answer } from '@/api/Answer'
import { NotFound } from '@/app/NotFound'
import { ResourceOutputs } from '@/features/resource/ResourceOutputs'
import { PlanTree } from '@/features/run/PlanTree'
import { RunActions } from '@/features/run/RunActions'
import { Decisions, RunApproval } from '@/features/run/RunApproval'
import { RunFacts } from '@/features/run/RunFacts'
import { RunInputs } from '@/features/run/RunInputs'
import { formatLines, parseLines } from '@/features/run/log'
import { RunLog } from '@/features/run/RunLog'
import { RunNotices } from '@/features/run/RunNotices'
import { RunServers } from '@/features/run/RunServers'
import { RunStatus } from '@/features/run/RunStatus'
import { RunSteps } from '@/features/run/RunSteps'
import { readAhead } from '@/features/run/storedLog'
import { graphql, unmask } from '@/gql'
import type { RunPageQuery as RunPageData } from '@/gql/graphql'
import { EmptyState } from '@/ui/EmptyState'
import { useFormat, useText } from '@/ui/format'
import { Page, PageLink } from '@/ui/Page'
import { Panel } from '@/ui/Panel'

const RunPageQuery = graphql(/* GraphQL */ `
  query RunPage($id: ID!) {
    node(id: $id) {
      ... on Run {
        id
        title {
          en
          fr
        }
        project {
          id
          acronym
          name
          viewerPermissions
        }
        library {
          id
          name
        }
        resource {
          id
          status
          outputs {
            name
          }
          ...ResourceOutputs
        }
        inputChanges {
          name
        }
        plan {
          id
          ...PlanTree
        }
        ...RunInputs
        ...RunLive
      }
    }
  }
`)

/** What changes while a run lives; the plan is asked for again only when the run moves on. */
export const RunLiveFragment = graphql(/* GraphQL */ `
  fragment RunLive on Run {
    id
    status
    phase
    logSize
    logDroppedAt
    approvals {
      id
    }
    ...RunActions
    ...RunApproval
    ...RunFacts
    ...RunNotices
    ...RunServers
    ...RunSteps
  }
`)

const RunChangedSubscription = graphql(/* GraphQL */ `
  subscription RunChanged($id: ID!) {
    runChanged(id: $id) {
      ...RunLive
    }
  }
`)

type RunNode = Extract<NonNullable<RunPageData['node']>, { __typename: 'Run' }>
type Tab = 'plan' | 'log'

interface Search {
  tab?: Tab
  /** What is searched in the log. */
  find?: string
  /** The lines of the log that somebody points at, as in 12 or "12-20". */
  line?: string | number
}

export const Route = createFileRoute('/_app/runs/$runId')({
  validateSearch: ({ tab, find, line }): Search => ({
    tab: tab === 'plan' || tab === 'log' ? tab : undefined,
    find: typeof find === 'string' || typeof find === 'number' ? String(find) || undefined : undefined,
    line: parseLines(String(line)) && (line as string | number),
  }),
  loaderDeps: ({ search }) => ({ log: search.tab === 'log' || search.line !== undefined }),
  loader: ({ params, deps, cause }) => {
    if (deps.log && cause !== 'preload') readAhead(params.runId)
  },
  component: RunPage,
})

function RunPage() {
  const { runId } = Route.useParams()
  const [result, retry] = useQuery({ query: RunPageQuery, variables: { id: runId } })
  return (
    <Answer result={result} retry={retry}>
      {({ node }) => (node?.__typename === 'Run' ? <RunView key={node.id} run={node} /> : <NotFound />)}
    </Answer>
  )
}

function RunView({ run }: { run: RunNode }) {
  const { t } = useTranslation()
  const text = useText()
  const navigate = Route.useNavigate()
  const live = useLive(run)
  const { project, library } = run
  const title = text(run.title)
  return (
    <Page
      title={title}
      width="wide"
      trail={[
        ...(project ? [<PageLink key="project" to="/projects/$acronym" params={{ acronym: project.acronym }}>{project.name}</PageLink>] : []),
        project ? <PageLink key="runs" to="/projects/$acronym/runs" params={{ acronym: project.acronym }}>{t('run.list.title')}</PageLink> : <PageLink key="runs" to="/runs">{t('run.list.title')}</PageLink>,
      ]}
      lead={<RunStatus status={live.status} phase={live.phase} size="lg" />}
      actions={<RunActions run={live} onRetried={(runId) => void navigate({ to: '/runs/$runId', params: { runId } })} />}
    >
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 8.5 }}>
          <Stack gap="md">
            <RunNotices run={live} />
            <RunApproval run={live} />
            <RunServers run={live} />
            {live.status === 'SUCCEEDED' && run.resource?.status === 'READY' && run.resource.outputs.length > 0 && (
              <Panel tone="success" title={t('resource.outputs.title')}>
                <ResourceOutputs resource={run.resource} mayReveal={project?.viewerPermissions.includes('secret.reveal') ?? false} />
              </Panel>
            )}
            <PlanAndLog run={run} status={live.status} logSize={live.logSize} logDroppedAt={live.logDroppedAt} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 3.5 }}>
          <Stack gap="md">
            <Panel title={t('run.steps.title')}><RunSteps run={live} /></Panel>
            {run.inputChanges.length > 0 && <Panel title={t('run.inputs.title')}><RunInputs run={run} /></Panel>}
            {live.status !== 'AWAITING_APPROVAL' && live.approvals && live.approvals.length > 0 && <Panel title={t('run.approval.decisions')}><Decisions run={live} /></Panel>}
            <Panel title={t('run.facts.title')}><RunFacts run={live} library={library?.name} /></Panel>
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  )
}

/** The run as the subscription tells it, and until it does as the page found it. */
function useLive(run: RunNode) {
  const [{ data }] = useSubscription({ query: RunChangedSubscription, variables: { id: run.id } })
  return unmask(RunLiveFragment, data?.runChanged ?? run)
}

/** The plan where there is one to decide on or to look at, the log while something runs or when it failed. */
function PlanAndLog({ run, status, logSize, logDroppedAt }: { run: RunNode; status: string; logSize: number; logDroppedAt?: string | null }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { tab, find, line } = Route.useSearch()
  const navigate = Route.useNavigate()
  const first: Tab = run.plan && line === undefined && status !== 'RUNNING' && status !== 'FAILED' ? 'plan' : 'log'
  const change = (part: Search) => void navigate({ search: (before) => ({ ...before, ...part }), replace: true, resetScroll: false })
  return (
    <Panel flush>
      <Tabs value={run.plan ? (tab ?? first) : 'log'} onChange={(next) => { change({ tab: next as Tab }) }}>
        <Tabs.List px="xs">
          {run.plan && <Tabs.Tab value="plan">{t('run.tab.plan')}</Tabs.Tab>}
          <Tabs.Tab value="log">{t('run.tab.log')}</Tabs.Tab>
        </Tabs.List>
        {run.plan && <Tabs.Panel value="plan"><PlanTree plan={run.plan} /></Tabs.Panel>}
        <Tabs.Panel value="log">
          {logDroppedAt ? <EmptyState compact icon={IconHistoryOff} title={t('run.notice.logDropped')} help={t('run.notice.logDroppedHelp', { date: format.date(logDroppedAt) })} /> : <RunLog
            runId={run.id}
            size={logSize}
            search={find ?? ''}
            onSearch={(text) => { change({ find: text || undefined }) }}
            lines={line === undefined ? undefined : parseLines(String(line))}
            onLines={(lines) => { change({ tab: 'log', line: lines && (lines.from === lines.to ? lines.from : formatLines(lines)) }) }}
          />}
        </Tabs.Panel>
      </Tabs>
    </Panel>
  )
}
