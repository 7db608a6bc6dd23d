import { IconFileImport } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { readPages, usePages } from '@/api/pages'
import { useMay } from '@/api/viewer'
import { SessionList } from '@/features/import/SessionList'
import { graphql } from '@/gql'
import { EmptyState } from '@/ui/EmptyState'
import { ExportMenu } from '@/ui/ExportMenu'
import { LinkButton } from '@/ui/LinkButton'
import { LoadMore } from '@/ui/LoadMore'
import { Page } from '@/ui/Page'

const SessionsPageQuery = graphql(/* GraphQL */ `
  query SessionsPage($after: Cursor) {
    importSessions(first: 50, after: $after, orderBy: { field: CREATED_AT, direction: DESC }) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          ...SessionListItem
        }
      }
    }
  }
`)

export const Route = createFileRoute('/_app/imports/')({
  validateSearch: ({ pages }): { pages?: number } => ({ pages: readPages(pages) }),
  component: SessionsPage,
})

function SessionsPage() {
  const { t } = useTranslation()
  const navigate = Route.useNavigate()
  const mayManage = useMay('inventory.manage')
  const { pages = 1 } = Route.useSearch()
  const { result, retry, nodes: sessions, more, fetching } = usePages(SessionsPageQuery, {}, { pages, list: (data) => data.importSessions })
  const add = mayManage && <LinkButton to="/imports/new">{t('server.import')}</LinkButton>
  return (
    <Page title={t('import.sessions')} lead={t('import.lead')} actions={<><ExportMenu list="sessions" orderBy={{ field: 'CREATED_AT', direction: 'DESC' }} />{add}</>}>
      <Answer result={result} retry={retry}>
        {() => (sessions.length === 0 ? <EmptyState icon={IconFileImport} title={t('import.empty')} help={t('import.emptyHelp')} action={add} /> : <SessionList sessions={sessions} />)}
      </Answer>
      <LoadMore more={more} busy={fetching} onMore={() => void navigate({ search: { pages: pages + 1 }, replace: true, resetScroll: false })} />
    </Page>
  )
}
