import { Group, MultiSelect, Select } from '@mantine/core'
import { IconPlayerPlay } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { readPages, usePages } from '@/api/pages'
import { ProjectChooser } from '@/api/Chooser'
import { RunList } from '@/features/run/RunList'
import { graphql } from '@/gql'
import type { RunKind, RunStatus } from '@/gql/graphql'
import { EmptyState } from '@/ui/EmptyState'
import { LoadMore } from '@/ui/LoadMore'
import { Page } from '@/ui/Page'

const RunsPageQuery = graphql(/* GraphQL */ `
  query RunsPage($where: RunWhereInput, $after: Cursor) {
    runs(first: 50, after: $after, where: $where, orderBy: { field: CREATED_AT, direction: DESC }) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          ...RunListItem
        }
      }
    }
  }
`)

const STATUSES: RunStatus[] = ['QUEUED', 'RUNNING', 'AWAITING_APPROVAL', 'CANCELING', 'SUCCEEDED', 'FAILED', 'CANCELED', 'REJECTED']
const KINDS: RunKind[] = ['PROVISION', 'DESTROY', 'PLAN', 'DRIFT', 'LIBRARY_SYNC', 'BULK']

interface Search {
  status?: RunStatus[]
  kind?: RunKind
  project?: string
  pages?: number
}

export const Route = createFileRoute('/_app/runs/')({
  validateSearch: ({ status, kind, project, pages }): Search => ({
    status: Array.isArray(status) ? STATUSES.filter((known) => status.includes(known)) : undefined,
    kind: KINDS.find((known) => known === kind),
    project: typeof project === 'string' ? project : undefined,
    pages: readPages(pages),
  }),
  component: RunsPage,
})

function RunsPage() {
  const { t } = useTranslation()
  const { status, kind, project, pages = 1 } = Route.useSearch()
  const navigate = Route.useNavigate()
  const where = { ...(status?.length && { statusIn: status }), kind, projectID: project }
  const { result, retry, nodes: runs, more, fetching } = usePages(RunsPageQuery, { where }, { pages, list: (data) => data.runs })
  const filter = (change: Search) => void navigate({ search: (before) => ({ ...before, ...change, pages: undefined }), replace: true })
  const filtered = Boolean(status?.length ?? kind ?? project)
  return (
    <Page
      title={t('run.list.title')}
      lead={t('run.list.lead')}
      width="wide"
      bar={
        <Group gap="xs">
          <MultiSelect aria-label={t('run.list.status')} placeholder={status?.length ? undefined : t('run.list.status')} data={STATUSES.map((value) => ({ value, label: t(`run.status.${value}`) }))} value={status ?? []} onChange={(next) => { filter({ status: next.length > 0 ? (next as RunStatus[]) : undefined }) }} clearable miw={220} maw={480} />
          <Select aria-label={t('run.list.kind')} placeholder={t('run.list.kind')} data={KINDS.map((value) => ({ value, label: t(`run.kind.${value}`) }))} value={kind ?? null} onChange={(next) => { filter({ kind: (next as RunKind | null) ?? undefined }) }} clearable w={190} />
          <ProjectChooser aria-label={t('run.list.project')} placeholder={t('run.list.project')} value={project} onChange={(next) => { filter({ project: next }) }} clearable w={190} />
        </Group>
      }
    >
      <Answer result={result} retry={retry}>
        {() =>
          runs.length === 0 ? (
            <EmptyState icon={IconPlayerPlay} title={t(filtered ? 'run.list.nothingFound' : 'run.list.empty')} help={t(filtered ? 'run.list.nothingFoundHelp' : 'run.list.emptyHelp')} />
          ) : (
            <>
              <RunList runs={runs} label={t('run.list.title')} />
              <LoadMore more={more} busy={fetching} onMore={() => void navigate({ search: (before) => ({ ...before, pages: pages + 1 }), replace: true, resetScroll: false })} />
            </>
          )
        }
      </Answer>
    </Page>
  )
}
