import { Button, Group, Switch, TextInput } from '@mantine/core'
import { IconFolders, IconPlus, IconSearch } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { Answer } from '@/api/Answer'
import { nodesOf } from '@/api/nodes'
import { useMay } from '@/api/viewer'
import { CreateProjectDialog } from '@/features/project/CreateProjectDialog'
import { ProjectList } from '@/features/project/ProjectList'
import { graphql } from '@/gql'
import { EmptyState } from '@/ui/EmptyState'
import { LoadMore } from '@/ui/LoadMore'
import { Page } from '@/ui/Page'
import { useSearchText } from '@/ui/useSearchText'

const ProjectsPageQuery = graphql(/* GraphQL */ `
  query ProjectsPage($where: ProjectWhereInput, $first: Int!) {
    projects(first: $first, where: $where, orderBy: { field: NAME, direction: ASC }) {
      totalCount
      pageInfo {
        hasNextPage
      }
      edges {
        node {
          id
          ...ProjectListItem
        }
      }
    }
  }
`)

interface Search {
  q?: string
  archived?: boolean
  show?: number
}

const PAGE = 30

export const Route = createFileRoute('/_app/projects/')({
  validateSearch: ({ q, archived, show }): Search => ({
    q: typeof q === 'string' && q !== '' ? q : undefined,
    archived: archived === true ? true : undefined,
    show: typeof show === 'number' ? Math.min(100, show) : undefined,
  }),
  component: ProjectsPage,
})

function ProjectsPage() {
  const { t } = useTranslation()
  const { q, archived, show = PAGE } = Route.useSearch()
  const navigate = Route.useNavigate()
  const mayCreate = useMay('project.create')
  const [creating, setCreating] = useState(false)
  const [text, setText] = useSearchText(q, (next) => void navigate({ search: (before) => ({ ...before, q: next }), replace: true }))
  const [result, retry] = useQuery({
    query: ProjectsPageQuery,
    variables: {
      first: show,
      where: { ...(archived ? {} : { status: 'ACTIVE' as const }), ...(q && { or: [{ nameContainsFold: q }, { acronymContainsFold: q }] }) },
    },
  })
  const create = mayCreate && <Button leftSection={<IconPlus size={16} />} onClick={() => { setCreating(true) }}>{t('project.create.open')}</Button>
  return (
    <Page
      title={t('project.list.title')}
      lead={t('project.list.lead')}
      actions={create}
      bar={
        <Group gap="md">
          <TextInput type="search" value={text} onChange={(event) => { setText(event.currentTarget.value) }} placeholder={t('project.list.search')} aria-label={t('project.list.search')} leftSection={<IconSearch size={15} />} w={280} />
          <Switch label={t('project.list.archived')} checked={archived ?? false} onChange={(event) => void navigate({ search: (before) => ({ ...before, archived: event.currentTarget.checked || undefined }), replace: true })} />
        </Group>
      }
    >
      <Answer result={result} retry={retry}>
        {({ projects }) =>
          nodesOf(projects).length === 0 ? (
            <EmptyState icon={IconFolders} title={t(q ? 'project.list.nothingFound' : 'project.list.empty')} help={t(q ? 'project.list.nothingFoundHelp' : 'project.list.emptyHelp')} action={!q && create} />
          ) : (
            <>
              <ProjectList projects={nodesOf(projects)} />
              <LoadMore more={projects.pageInfo.hasNextPage && show < 100} busy={result.fetching} onMore={() => void navigate({ search: (before) => ({ ...before, show: show + PAGE }), replace: true, resetScroll: false })} />
            </>
          )
        }
      </Answer>
      <CreateProjectDialog opened={creating} onClose={() => { setCreating(false) }} onCreated={(acronym) => void navigate({ to: '/projects/$acronym', params: { acronym } })} />
    </Page>
  )
}
