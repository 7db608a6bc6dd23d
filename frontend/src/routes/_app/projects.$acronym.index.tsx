import { Switch } from '@mantine/core'
import { IconBox } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { Answer } from '@/api/Answer'
import { nodesOf } from '@/api/nodes'
import { NotFound } from '@/app/NotFound'
import { ResourceList } from '@/features/resource/ResourceList'
import { graphql } from '@/gql'
import { EmptyState } from '@/ui/EmptyState'
import { LinkButton } from '@/ui/LinkButton'

const ProjectResourcesQuery = graphql(/* GraphQL */ `
  query ProjectResources($acronym: String!) {
    projectByAcronym(acronym: $acronym) {
      id
      resources(first: 100, orderBy: { field: NAME, direction: ASC }) {
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
  validateSearch: ({ deleted }): { deleted?: boolean } => ({ deleted: deleted === true ? true : undefined }),
  component: ProjectResources,
})

function ProjectResources() {
  const { t } = useTranslation()
  const { acronym } = Route.useParams()
  const { deleted } = Route.useSearch()
  const navigate = Route.useNavigate()
  const [result, retry] = useQuery({ query: ProjectResourcesQuery, variables: { acronym } })
  return (
    <Answer result={result} retry={retry}>
      {({ projectByAcronym: project }) => {
        if (!project) return <NotFound />
        const all = nodesOf(project.resources)
        const shown = all.filter(({ status }) => deleted ?? status !== 'DELETED')
        return (
          <>
            {shown.length === 0 ? (
              <EmptyState icon={IconBox} title={t('resource.list.empty')} help={t('resource.list.emptyHelp')} action={<LinkButton variant="default" to="/catalog" search={{ project: acronym }}>{t('resource.list.openCatalog')}</LinkButton>} />
            ) : (
              <ResourceList resources={shown} label={t('project.tab.resources')} />
            )}
            {all.some(({ status }) => status === 'DELETED') && (
              <Switch mt="md" size="xs" label={t('resource.list.deleted')} checked={deleted ?? false} onChange={(event) => void navigate({ search: { deleted: event.currentTarget.checked || undefined }, replace: true })} />
            )}
          </>
        )
      }}
    </Answer>
  )
}
