import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { Answer } from '@/api/Answer'
import { NotFound } from '@/app/NotFound'
import { RunStatus } from '@/features/run/RunStatus'
import { graphql } from '@/gql'
import { useText } from '@/ui/format'
import { Page, PageLink } from '@/ui/Page'

const RunPageQuery = graphql(/* GraphQL */ `
  query RunPage($id: ID!) {
    node(id: $id) {
      ... on Run {
        id
        status
        phase
        title {
          en
          fr
        }
      }
    }
  }
`)

export const Route = createFileRoute('/_app/runs/$runId')({ component: RunPage })

function RunPage() {
  const { t } = useTranslation()
  const text = useText()
  const { runId } = Route.useParams()
  const [result, retry] = useQuery({ query: RunPageQuery, variables: { id: runId } })
  return (
    <Answer result={result} retry={retry}>
      {({ node }) =>
        node?.__typename === 'Run' ? (
          <Page title={text(node.title)} trail={[<PageLink key="runs" to="/runs">{t('run.list.title')}</PageLink>]} actions={<RunStatus status={node.status} phase={node.phase} size="lg" />}>
            {null}
          </Page>
        ) : (
          <NotFound />
        )
      }
    </Answer>
  )
}
