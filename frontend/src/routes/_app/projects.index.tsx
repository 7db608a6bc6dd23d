import { Button, Group, Switch, TextInput } from '@mantine/core'
import { IconFolders, IconPlus, IconSearch } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { readPages, usePages } from '@/api/pages'
import { useMay } from '@/api/viewer'
import { CreateProjectDialog } from '@/features/project/CreateProjectDialog'
import { ProjectList } from '@/features/project/ProjectList'
import { graphql } from '@/gql'
import { EmptyState } from '@/ui/EmptyState'
import { LoadMore } from '@/ui/LoadMore'
import { Page } from '@/ui/Page'
import { useSearchText } from '@/ui/useSearchText'

const ProjectsPageQuery = graphql(/* GraphQL */ `
  query ProjectsPage($where: ProjectWhereInput, $after: Cursor) {
    projects(first: 48, after: $after, where: $where, orderBy: { field: NAME, direction: ASC }) {
      pageInfo {
        hasNextPage
        endCursor
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
  pages?: number
}

export const Route = createFileRoute('/_app/projects/')({
  validateSearch: ({ q, archived, pages }): Search => ({
    q: typeof q === 'string' && q !== '' ? q : undefined,
    archived: archived === true ? true : undefined,
    pages: readPages(pages),
  }),
  component: ProjectsPage,
})

function ProjectsPage() {
  const { t } = useTranslation()
  const { q, archived, pages = 1 } = Route.useSearch()
  const navigate = Route.useNavigate()
  const mayCreate = useMay('project.create')
  const [creating, setCreating] = useState(false)
  const [text, setText] = useSearchText(q, (next) => void navigate({ search: (before) => ({ ...before, q: next, pages: undefined }), replace: true }))
  const where = { ...(archived ? {} : { status: 'ACTIVE' as const }), ...(q && { or: [{ nameContainsFold: q }, { acronymContainsFold: q }] }) }
  const { result, retry, nodes: projects, more, fetching } = usePages(ProjectsPageQuery, { where }, { pages, list: (data) => data.projects })
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
        {() =>
          projects.length === 0 ? (
            <EmptyState icon={IconFolders} title={t(q ? 'project.list.nothingFound' : 'project.list.empty')} help={t(q ? 'project.list.nothingFoundHelp' : 'project.list.emptyHelp')} action={!q && create} />
          ) : (
            <>
              <ProjectList projects={projects} />
              <LoadMore more={more} busy={fetching} onMore={() => void navigate({ search: (before) => ({ ...before, pages: pages + 1 }), replace: true, resetScroll: false })} />
            </>
          )
        }
      </Answer>
      <CreateProjectDialog opened={creating} onClose={() => { setCreating(false) }} onCreated={(acronym) => void navigate({ to: '/projects/$acronym', params: { acronym } })} />
    </Page>
  )
}
