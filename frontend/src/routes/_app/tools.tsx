import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { filterOf, NOBODY, readSearch, type ServerFilter, type ServerSearch, whereOf } from '@/features/server/filter'
import { ServerFilters } from '@/features/server/ServerFilters'
import { type ToolSettings, ToolSnippets } from '@/features/tool/ToolSnippets'
import { graphql } from '@/gql'
import { LinkButton } from '@/ui/LinkButton'
import { Page, PageLink } from '@/ui/Page'

const ToolProjectQuery = graphql(/* GraphQL */ `
  query ToolProject($id: ID!) {
    node(id: $id) {
      ... on Project {
        id
        acronym
      }
    }
  }
`)

/** That of Prometheus's own exporter of what a machine does. */
const USUAL_PORT = 9_100

type Search = ServerSearch & Partial<ToolSettings>

export const Route = createFileRoute('/_app/tools')({
  validateSearch: (search): Search => ({
    ...readSearch(search),
    port: typeof search.port === 'number' && search.port > 0 && search.port < 65_536 ? search.port : undefined,
    user: typeof search.user === 'string' && search.user !== '' ? search.user : undefined,
  }),
  component: ToolsPage,
})

function ToolsPage() {
  const { t } = useTranslation()
  const navigate = Route.useNavigate()
  const { port = USUAL_PORT, user = '', ...search } = Route.useSearch()
  const filter = filterOf(search)
  const { project, labels, search: text, ...rest } = filter
  const acronym = useAcronym(project === NOBODY ? undefined : project)
  const change = (part: Search) => void navigate({ search: (before) => ({ ...before, ...part }), replace: true, resetScroll: false })
  return (
    <Page
      title={t('tool.title')}
      lead={t('tool.lead')}
      trail={[<PageLink key="servers" to="/servers">{t('server.title')}</PageLink>]}
      actions={<LinkButton to="/servers" search={filter} variant="default">{t('tool.showServers')}</LinkButton>}
      bar={<ServerFilters filter={filter} onFilter={(part: ServerFilter) => { change(part) }} onClear={() => void navigate({ search: { port, user: user || undefined }, replace: true })} />}
    >
      <ToolSnippets
        wanted={{ project: acronym, labels, search: text, where: whereOf({ ...rest, project: project === NOBODY ? NOBODY : undefined }) }}
        where={whereOf(filter)}
        settings={{ port, user }}
        onSettings={(part) => { change({ port: part.port ?? port, user: (part.user ?? user) || undefined }) }}
      />
    </Page>
  )
}

/** What people call a project in addresses; its id until that is known, which is understood as well. */
function useAcronym(id: string | undefined): string | undefined {
  const [{ data }] = useQuery({ query: ToolProjectQuery, variables: { id: id ?? '' }, pause: id === undefined })
  return data?.node?.__typename === 'Project' && data.node.id === id ? data.node.acronym : id
}
