import { Switch } from '@mantine/core'
import { IconBox } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { readPages, usePages } from '@/api/pages'
import { NotFound } from '@/app/NotFound'
import { ResourceList } from '@/features/resource/ResourceList'
import { graphql } from '@/gql'
import { EmptyState } from '@/ui/EmptyState'
import { LinkButton } from '@/ui/LinkButton'
import { LoadMore } from '@/ui/LoadMore'

const ProjectResourcesQuery = graphql(/* GraphQL */ `
  query ProjectResources($acronym: String!, $after: Cursor) {
    projectByAcronym(acronym: $acronym) {
      id
      resources(first: 50, after: $after, orderBy: { field: NAME, direction: ASC }) {
        pageInfo {
          hasNextPage
          endCursor
        }
        edges {
          node {
            id
            status
            ...ResourceListItem
          }
        }
      }
    }
  }
`)

export const Route = createFileRoute('/_app/projects/$acronym/')({
  validateSearch: ({ deleted, pages }): { deleted?: boolean; pages?: number } => ({ deleted: deleted === true ? true : undefined, pages: readPages(pages) }),
  component: ProjectResources,
})

function ProjectResources() {
  const { t } = useTranslation()
  const { acronym } = Route.useParams()
  const { deleted, pages = 1 } = Route.useSearch()
  const navigate = Route.useNavigate()
  const { result, retry, nodes: all, more, fetching } = usePages(ProjectResourcesQuery, { acronym }, { pages, list: (data) => data.projectByAcronym?.resources })
  return (
    <Answer result={result} retry={retry}>
      {({ projectByAcronym: project }) => {
        if (!project) return <NotFound />
        const shown = all.filter(({ status }) => deleted ?? status !== 'DELETED')
        return (
          <>
            {shown.length === 0 ? (
              <EmptyState icon={IconBox} title={t('resource.list.empty')} help={t('resource.list.emptyHelp')} action={<LinkButton variant="default" to="/catalog" search={{ project: acronym }}>{t('resource.list.openCatalog')}</LinkButton>} />
            ) : (
              <ResourceList resources={shown} label={t('project.tab.resources')} />
            )}
            <LoadMore more={more} busy={fetching} onMore={() => void navigate({ search: (before) => ({ ...before, pages: pages + 1 }), replace: true, resetScroll: false })} />
            {all.some(({ status }) => status === 'DELETED') && (
              <Switch mt="md" size="xs" label={t('resource.list.deleted')} checked={deleted ?? false} onChange={(event) => void navigate({ search: { pages, deleted: event.currentTarget.checked || undefined }, replace: true })} />
            )}
          </>
        )
      }}
    </Answer>
  )
}
