import { Grid, Stack } from '@mantine/core'
import { IconHandGrab } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { Answer } from '@/api/Answer'
import { nodesOf } from '@/api/nodes'
import { useMay } from '@/api/viewer'
import { NotFound } from '@/app/NotFound'
import { useActorName, useEventName } from '@/features/audit/AuditEvent'
import { ClaimList } from '@/features/claim/ClaimList'
import { ServerAccesses } from '@/features/server/ServerAccesses'
import { ServerAddresses } from '@/features/server/ServerAddresses'
import { ServerChecks } from '@/features/server/ServerChecks'
import { ServerKnown, ServerSummary } from '@/features/server/ServerFacts'
import { ServerMoves } from '@/features/server/ServerMoves'
import { ServerTimeline } from '@/features/server/ServerTimeline'
import { graphql } from '@/gql'
import { EmptyState } from '@/ui/EmptyState'
import { Page, PageLink } from '@/ui/Page'
import { Panel } from '@/ui/Panel'

const ServerPageQuery = graphql(/* GraphQL */ `
  query ServerPage($id: ID!) {
    node(id: $id) {
      ... on Server {
        id
        hostname
        ...ServerFacts
        ...ServerAddresses
        ...ServerAccesses
        ...ServerChecks
        ...ServerMoves
        accesses {
          id
        }
        session {
          id
        }
        project {
          id
          viewerPermissions
        }
        claims(first: 20, orderBy: { field: CREATED_AT, direction: DESC }) {
          edges {
            node {
              id
              ...ClaimListItem
            }
          }
        }
      }
    }
  }
`)

const ServerEventsQuery = graphql(/* GraphQL */ `
  query ServerEvents($subjects: [String!]!) {
    events(first: 100, where: { subjectIDIn: $subjects }, orderBy: { field: TIME, direction: DESC }) {
      edges {
        node {
          id
          ...ServerTimelineEvent
        }
      }
    }
  }
`)

/** Any event may be one of these. */
const CONTEXT = { additionalTypenames: ['Event'] }

export const Route = createFileRoute('/_app/servers/$serverId')({ component: ServerPage })

function ServerPage() {
  const { t } = useTranslation()
  const { serverId } = Route.useParams()
  const mayManage = useMay('inventory.manage')
  const mayReport = useMay('state.report')
  const [result, reexecute] = useQuery({ query: ServerPageQuery, variables: { id: serverId } })
  return (
    <Answer result={result} retry={() => { reexecute({ requestPolicy: 'network-only' }) }}>
      {({ node }) => {
        if (node?.__typename !== 'Server') return <NotFound />
        const claims = nodesOf(node.claims)
        const touched = [node.id, ...claims.map(({ id }) => id), ...(node.accesses ?? []).map(({ id }) => id), ...(node.session ? [node.session.id] : [])]
        return (
          <Page
            title={node.hostname}
            trail={[<PageLink key="servers" to="/servers">{t('server.title')}</PageLink>]}
            actions={<ServerMoves server={node} mayManage={mayManage} />}
            width="wide"
          >
            <Grid gap="md">
              <Grid.Col span={{ base: 12, md: 8 }}>
                <Stack gap="md">
                  <ServerChecks server={node} mayReport={mayReport || (node.project?.viewerPermissions.includes('state.report') ?? false)} />
                  <ServerAddresses server={node} />
                  <Panel title={t('claim.title')} flush>
                    {claims.length === 0 ? <EmptyState compact icon={IconHandGrab} title={t('claim.noneOfServer')} help={t('claim.noneOfServerHelp')} /> : <ClaimList claims={claims} />}
                  </Panel>
                  <ServerAccesses server={node} mayManage={mayManage} />
                  <Life serverId={node.id} subjects={touched} />
                </Stack>
              </Grid.Col>
              <Grid.Col span={{ base: 12, md: 4 }}>
                <Stack gap="md">
                  <ServerSummary server={node} />
                  <ServerKnown server={node} />
                </Stack>
              </Grid.Col>
            </Grid>
          </Page>
        )
      }}
    </Answer>
  )
}

/** What happened to the server, to what it was claimed for, to its accesses, and the import that brought it. */
function Life({ serverId, subjects }: { serverId: string; subjects: string[] }) {
  const nameOf = useEventName()
  const actorOf = useActorName()
  const key = subjects.join(' ')
  const variables = useMemo(() => ({ subjects: key.split(' ') }), [key])
  const [result, reexecute] = useQuery({ query: ServerEventsQuery, variables, context: CONTEXT })
  return (
    <Answer result={result} retry={() => { reexecute({ requestPolicy: 'network-only' }) }}>
      {({ events }) => <ServerTimeline serverId={serverId} events={nodesOf(events)} nameOf={nameOf} actorOf={actorOf} />}
    </Answer>
  )
}
