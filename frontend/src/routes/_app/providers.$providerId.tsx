import { Grid, Stack } from '@mantine/core'
import { IconFileImport, IconNetwork } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { Answer } from '@/api/Answer'
import { nodesOf } from '@/api/nodes'
import { useMay } from '@/api/viewer'
import { NotFound } from '@/app/NotFound'
import { SessionList } from '@/features/import/SessionList'
import { NetworkList } from '@/features/network/NetworkList'
import { ProviderActions, ProviderFacts } from '@/features/provider/ProviderDetails'
import { graphql } from '@/gql'
import { EmptyState } from '@/ui/EmptyState'
import { LinkButton } from '@/ui/LinkButton'
import { Page, PageLink } from '@/ui/Page'
import { Panel } from '@/ui/Panel'

const ProviderPageQuery = graphql(/* GraphQL */ `
  query ProviderPage($id: ID!) {
    node(id: $id) {
      ... on HostingProvider {
        id
        name
        retiredAt
        ...ProviderDetails
      }
    }
    importSessions(first: 10, where: { providerID: $id }, orderBy: { field: CREATED_AT, direction: DESC }) {
      edges {
        node {
          id
          ...SessionListItem
        }
      }
    }
    networks(first: 100, where: { providerID: $id }, orderBy: { field: NAME, direction: ASC }) {
      edges {
        node {
          id
          ...NetworkListItem
        }
      }
    }
  }
`)

/** Its servers and the health of these are counted. */
const CONTEXT = { additionalTypenames: ['Server'] }

export const Route = createFileRoute('/_app/providers/$providerId')({ component: ProviderPage })

function ProviderPage() {
  const { t } = useTranslation()
  const { providerId } = Route.useParams()
  const navigate = Route.useNavigate()
  const mayManage = useMay('inventory.manage')
  const [result, reexecute] = useQuery({ query: ProviderPageQuery, variables: { id: providerId }, context: CONTEXT })
  return (
    <Answer result={result} retry={() => { reexecute({ requestPolicy: 'network-only' }) }}>
      {({ node, importSessions, networks: connection }) => {
        if (node?.__typename !== 'HostingProvider') return <NotFound />
        const sessions = nodesOf(importSessions)
        const networks = nodesOf(connection)
        return (
          <Page
            title={node.name}
            trail={[<PageLink key="providers" to="/providers">{t('provider.title')}</PageLink>]}
            actions={mayManage && (
              <>
                {!node.retiredAt && <LinkButton to="/imports/new" search={{ provider: node.id }}>{t('server.import')}</LinkButton>}
                <ProviderActions provider={node} onDeleted={() => void navigate({ to: '/providers' })} />
              </>
            )}
          >
            <Grid gap="md">
              <Grid.Col span={{ base: 12, md: 8 }}>
                <Stack gap="md">
                  <Panel title={t('import.sessions')} flush>
                    {sessions.length === 0 ? <EmptyState compact icon={IconFileImport} title={t('import.empty')} help={t('import.emptyHelp')} /> : <SessionList sessions={sessions} />}
                  </Panel>
                  <Panel title={t('network.title')} flush>
                    {networks.length === 0 ? <EmptyState compact icon={IconNetwork} title={t('network.empty')} help={t('network.emptyHelp')} /> : <NetworkList networks={networks} />}
                  </Panel>
                </Stack>
              </Grid.Col>
              <Grid.Col span={{ base: 12, md: 4 }}><ProviderFacts provider={node} /></Grid.Col>
            </Grid>
          </Page>
        )
      }}
    </Answer>
  )
}
