import { Button, Group, MultiSelect, Select } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { ProjectChooser } from '@/api/Chooser'
import { nodesOf } from '@/api/nodes'
import { readPages } from '@/api/pages'
import { ClaimDialog } from '@/features/claim/ClaimDialog'
import { Claims } from '@/features/claim/Claims'
import { graphql } from '@/gql'
import type { ClaimKind, ClaimState } from '@/gql/graphql'
import { ExportMenu } from '@/ui/ExportMenu'
import { Page } from '@/ui/Page'

/** Whether there is a project that something could be claimed for. */
const ClaimantsQuery = graphql(/* GraphQL */ `
  query Claimants {
    projects(first: 1, where: { status: ACTIVE }) {
      edges {
        node {
          id
        }
      }
    }
  }
`)

const STATES: ClaimState[] = ['HELD', 'WAITING', 'RELEASED', 'EXPIRED', 'CANCELED']
const KINDS: ClaimKind[] = ['SERVER', 'ADDRESS']

interface Search {
  state?: ClaimState[]
  kind?: ClaimKind
  project?: string
  pages?: number
}

export const Route = createFileRoute('/_app/claims')({
  validateSearch: ({ state, kind, project, pages }): Search => ({
    state: Array.isArray(state) ? STATES.filter((known) => state.includes(known)) : undefined,
    kind: KINDS.find((known) => known === kind),
    project: typeof project === 'string' ? project : undefined,
    pages: readPages(pages),
  }),
  component: ClaimsPage,
})

function ClaimsPage() {
  const { t } = useTranslation()
  const navigate = Route.useNavigate()
  const [adding, setAdding] = useState(false)
  const { state, kind, project, pages = 1 } = Route.useSearch()
  const [{ data: some }] = useQuery({ query: ClaimantsQuery })
  const of = { ...(kind && { kind }), ...(project && { projectID: project }) }
  const where = { ...(state?.length && { stateIn: state }), ...of }
  const filter = (change: Search) => void navigate({ search: (before) => ({ ...before, ...change, pages: undefined }), replace: true })
  const filtered = Boolean(state?.length ?? kind ?? project)
  const add = some !== undefined && nodesOf(some.projects).length > 0 && <Button leftSection={<IconPlus size={16} />} onClick={() => { setAdding(true) }}>{t('claim.add')}</Button>
  return (
    <Page
      title={t('claim.title')}
      lead={t('claim.lead')}
      actions={<><ExportMenu list="claims" where={where} orderBy={{ field: 'CREATED_AT', direction: 'DESC' }} />{add}</>}
      bar={
        <Group gap="xs">
          <MultiSelect aria-label={t('claim.filter.state')} placeholder={state?.length ? undefined : t('claim.filter.state')} data={STATES.map((value) => ({ value, label: t(`claim.state.${value}`) }))} value={state ?? []} onChange={(next) => { filter({ state: next.length > 0 ? (next as ClaimState[]) : undefined }) }} clearable miw={180} maw={420} />
          <Select aria-label={t('claim.filter.kind')} placeholder={t('claim.filter.kind')} data={KINDS.map((value) => ({ value, label: t(`claim.kind.${value}`) }))} value={kind ?? null} onChange={(next) => { filter({ kind: (next as ClaimKind | null) ?? undefined }) }} clearable w={150} />
          <ProjectChooser aria-label={t('claim.project')} placeholder={t('claim.project')} value={project} onChange={(next) => { filter({ project: next }) }} clearable w={190} />
        </Group>
      }
    >
      <Claims of={of} states={state} pages={pages} filtered={filtered} action={add} onMore={() => void navigate({ search: (before) => ({ ...before, pages: pages + 1 }), replace: true, resetScroll: false })} />
      <ClaimDialog opened={adding} onClose={() => { setAdding(false) }} />
    </Page>
  )
}
