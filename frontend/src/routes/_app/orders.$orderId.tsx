import { Grid, Stack } from '@mantine/core'
import { IconFileImport } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { Answer } from '@/api/Answer'
import { nodesOf } from '@/api/nodes'
import { useMay } from '@/api/viewer'
import { NotFound } from '@/app/NotFound'
import { SessionList } from '@/features/import/SessionList'
import { OrderComparison } from '@/features/order/OrderComparison'
import { OrderFacts, OrderMoves } from '@/features/order/OrderDetails'
import { OrderLines } from '@/features/order/OrderLines'
import { graphql } from '@/gql'
import { EmptyState } from '@/ui/EmptyState'
import { LinkButton } from '@/ui/LinkButton'
import { Page, PageLink } from '@/ui/Page'
import { Panel } from '@/ui/Panel'

const OrderPageQuery = graphql(/* GraphQL */ `
  query OrderPage($id: ID!) {
    node(id: $id) {
      ... on PurchaseOrder {
        id
        number
        title
        status
        providerID
        ...OrderDetails
        ...OrderLines
        ...OrderComparison
        sessions(first: 20, orderBy: { field: CREATED_AT, direction: DESC }) {
          edges {
            node {
              id
              ...SessionListItem
            }
          }
        }
      }
    }
  }
`)

/** The comparison follows from the servers. */
const CONTEXT = { additionalTypenames: ['Server'] }

export const Route = createFileRoute('/_app/orders/$orderId')({ component: OrderPage })

function OrderPage() {
  const { t } = useTranslation()
  const { orderId } = Route.useParams()
  const mayManage = useMay('inventory.manage')
  const mayRead = useMay('inventory.read') // others find no import
  const [result, reexecute] = useQuery({ query: OrderPageQuery, variables: { id: orderId }, context: CONTEXT })
  return (
    <Answer result={result} retry={() => { reexecute({ requestPolicy: 'network-only' }) }}>
      {({ node }) => {
        if (node?.__typename !== 'PurchaseOrder') return <NotFound />
        const sessions = nodesOf(node.sessions)
        const open = node.status !== 'CANCELED' && node.status !== 'DELIVERED'
        return (
          <Page
            title={`${node.number} · ${node.title}`}
            trail={[<PageLink key="orders" to="/orders">{t('order.title')}</PageLink>]}
            actions={mayManage && (
              <>
                <OrderMoves order={node} />
                {open && <LinkButton to="/imports/new" search={{ provider: node.providerID, order: node.id }}>{t('order.import')}</LinkButton>}
              </>
            )}
          >
            <Grid gap="md">
              <Grid.Col span={{ base: 12, md: 8 }}>
                <Stack gap="md">
                  <OrderLines order={node} />
                  <OrderComparison order={node} />
                  {mayRead && (
                    <Panel title={t('import.sessions')} flush>
                      {sessions.length === 0 ? <EmptyState compact icon={IconFileImport} title={t('order.noSession')} help={t('order.noSessionHelp')} /> : <SessionList sessions={sessions} />}
                    </Panel>
                  )}
                </Stack>
              </Grid.Col>
              <Grid.Col span={{ base: 12, md: 4 }}><OrderFacts order={node} /></Grid.Col>
            </Grid>
          </Page>
        )
      }}
    </Answer>
  )
}
