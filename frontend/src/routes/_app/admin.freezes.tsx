import { Button } from '@mantine/core'
import { IconSnowflake } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { Answer } from '@/api/Answer'
import { nodesOf } from '@/api/nodes'
import { useMay } from '@/api/viewer'
import { CreateFreezeDialog } from '@/features/freeze/CreateFreezeDialog'
import { FreezeList } from '@/features/freeze/FreezeList'
import { graphql } from '@/gql'
import { EmptyState } from '@/ui/EmptyState'
import { LoadMore } from '@/ui/LoadMore'
import { Page } from '@/ui/Page'

const FreezesPageQuery = graphql(/* GraphQL */ `
  query FreezesPage($first: Int!) {
    freezes(first: $first, orderBy: { field: CREATED_AT, direction: DESC }) {
      pageInfo {
        hasNextPage
      }
      edges {
        node {
          id
          ...FreezeListItem
        }
      }
    }
    projects(first: 100, where: { status: ACTIVE }, orderBy: { field: NAME, direction: ASC }) {
      edges {
        node {
          id
          name
        }
      }
    }
  }
`)

const PAGE = 25

export const Route = createFileRoute('/_app/admin/freezes')({
  validateSearch: ({ show }): { show?: number } => ({ show: typeof show === 'number' ? Math.min(100, show) : undefined }),
  component: FreezesPage,
})

function FreezesPage() {
  const { t } = useTranslation()
  const { show = PAGE } = Route.useSearch()
  const navigate = Route.useNavigate()
  const mayManage = useMay('freeze.manage')
  const [creating, setCreating] = useState(false)
  const [result, retry] = useQuery({ query: FreezesPageQuery, variables: { first: show } })
  const create = mayManage && <Button leftSection={<IconSnowflake size={16} />} onClick={() => { setCreating(true) }}>{t('freeze.create')}</Button>
  return (
    <Page title={t('freeze.title')} lead={t('freeze.lead')} actions={create}>
      <Answer result={result} retry={retry}>
        {({ freezes, projects }) => (
          <>
            {nodesOf(freezes).length === 0 ? <EmptyState icon={IconSnowflake} title={t('freeze.empty')} help={t('freeze.emptyHelp')} action={create} /> : <FreezeList freezes={nodesOf(freezes)} mayManage={mayManage} />}
            <LoadMore more={freezes.pageInfo.hasNextPage && show < 100} busy={result.fetching} onMore={() => void navigate({ search: { show: show + PAGE }, replace: true, resetScroll: false })} />
            <CreateFreezeDialog opened={creating} onClose={() => { setCreating(false) }} projects={nodesOf(projects)} onCreated={() => { retry({ requestPolicy: 'network-only' }) }} />
          </>
        )}
      </Answer>
    </Page>
  )
}
