import { Grid, Stack } from '@mantine/core'
import { IconServer } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { Answer } from '@/api/Answer'
import { NotFound } from '@/app/NotFound'
import { SessionFacts } from '@/features/import/SessionFacts'
import { OrderComparison } from '@/features/order/OrderComparison'
import type { ColumnName } from '@/features/server/columns'
import { readSearch, type Sort } from '@/features/server/filter'
import { ServerBrowser } from '@/features/server/ServerBrowser'
import { graphql } from '@/gql'
import { EmptyState } from '@/ui/EmptyState'
import { LinkButton } from '@/ui/LinkButton'
import { Page, PageLink } from '@/ui/Page'

const SessionPageQuery = graphql(/* GraphQL */ `
  query SessionPage($id: ID!) {
    node(id: $id) {
      ... on ImportSession {
        id
        fileName
        ...SessionFacts
        order {
          id
          ...OrderComparison
        }
      }
    }
  }
`)

/** The comparison follows from the servers. */
const CONTEXT = { additionalTypenames: ['Server'] }
/** What one looks at to accept or reject a delivery. */
const COLUMNS: ColumnName[] = ['lifecycle', 'addresses', 'cores', 'memory', 'disk', 'location']

export const Route = createFileRoute('/_app/imports/$sessionId')({
  validateSearch: (search): { sort?: Sort } => ({ sort: readSearch(search).sort }),
  component: SessionPage,
})

function SessionPage() {
  const { t } = useTranslation()
  const { sessionId } = Route.useParams()
  const { sort } = Route.useSearch()
  const navigate = Route.useNavigate()
  const [result, reexecute] = useQuery({ query: SessionPageQuery, variables: { id: sessionId }, context: CONTEXT })
  return (
    <Answer result={result} retry={() => { reexecute({ requestPolicy: 'network-only' }) }}>
      {({ node }) =>
        node?.__typename !== 'ImportSession' ? <NotFound /> : (
          <Page
            title={node.fileName}
            lead={t('import.sessionLead')}
            trail={[<PageLink key="imports" to="/imports">{t('import.sessions')}</PageLink>]}
            actions={<LinkButton variant="default" to="/servers" search={{ session: node.id }}>{t('import.showServers')}</LinkButton>}
            width="wide"
          >
            <Grid gap="md">
              <Grid.Col span={{ base: 12, md: 8 }}>
                <Stack gap="md">
                  {node.order && <OrderComparison order={node.order} />}
                  <div>
                    <ServerBrowser where={{ sessionID: node.id }} columns={COLUMNS} sort={sort} onSort={(next) => void navigate({ search: { sort: next }, replace: true, resetScroll: false })} empty={<EmptyState compact icon={IconServer} title={t('import.noServers')} help={t('import.noServersHelp')} />} />
                  </div>
                </Stack>
              </Grid.Col>
              <Grid.Col span={{ base: 12, md: 4 }}><SessionFacts session={node} /></Grid.Col>
            </Grid>
          </Page>
        )
      }
    </Answer>
  )
}
