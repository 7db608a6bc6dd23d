import { Group } from '@mantine/core'
import { IconServer } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { Answer } from '@/api/Answer'
import { ColumnMenu } from '@/features/server/ColumnMenu'
import { type ColumnName, rememberColumns, rememberedColumns } from '@/features/server/columns'
import { readSearch, type ServerSearch } from '@/features/server/filter'
import { ServerBrowser } from '@/features/server/ServerBrowser'
import { graphql } from '@/gql'
import { EmptyState } from '@/ui/EmptyState'
import { LinkButton } from '@/ui/LinkButton'

const ProjectServersQuery = graphql(/* GraphQL */ `
  query ProjectServers($acronym: String!) {
    projectByAcronym(acronym: $acronym) {
      id
    }
  }
`)

export const Route = createFileRoute('/_app/projects/$acronym/servers')({
  validateSearch: (search): Pick<ServerSearch, 'sort' | 'columns'> => {
    const { sort, columns } = readSearch(search)
    return { sort, columns }
  },
  component: ProjectServers,
})

/** The servers that the project has, in the same table as all servers. */
function ProjectServers() {
  const { t } = useTranslation()
  const { acronym } = Route.useParams()
  const { sort, columns = rememberedColumns() } = Route.useSearch()
  const navigate = Route.useNavigate()
  const [result, reexecute] = useQuery({ query: ProjectServersQuery, variables: { acronym } })
  const onColumns = (next: ColumnName[]) => {
    rememberColumns(next)
    void navigate({ search: (before) => ({ ...before, columns: next.length > 0 ? next : undefined }), replace: true })
  }
  return (
    <Answer result={result} retry={() => { reexecute({ requestPolicy: 'network-only' }) }}>
      {({ projectByAcronym: project }) => project && (
        <>
          <Group justify="flex-end" gap="xs" mb="sm">
            <LinkButton variant="default" to="/servers" search={{ project: project.id }}>{t('project.servers.all')}</LinkButton>
            <ColumnMenu columns={columns} onColumns={onColumns} />
          </Group>
          <ServerBrowser
            where={{ projectID: project.id }}
            columns={columns.filter((name) => name !== 'project')}
            sort={sort}
            onSort={(next) => void navigate({ search: (before) => ({ ...before, sort: next }), replace: true })}
            empty={<EmptyState icon={IconServer} title={t('project.servers.empty')} help={t('project.servers.emptyHelp')} />}
          />
        </>
      )}
    </Answer>
  )
}
