import { Button } from '@mantine/core'
import { IconSnowflake } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { readPages, usePages } from '@/api/pages'
import { useMay } from '@/api/viewer'
import { CreateFreezeDialog } from '@/features/freeze/CreateFreezeDialog'
import { FreezeList } from '@/features/freeze/FreezeList'
import { graphql } from '@/gql'
import { EmptyState } from '@/ui/EmptyState'
import { LoadMore } from '@/ui/LoadMore'
import { Page } from '@/ui/Page'

const FreezesPageQuery = graphql(/* GraphQL */ `
  query FreezesPage($after: Cursor) {
    freezes(first: 50, after: $after, orderBy: { field: CREATED_AT, direction: DESC }) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          ...FreezeListItem
        }
      }
    }
  }
`)

export const Route = createFileRoute('/_app/admin/freezes')({
  validateSearch: ({ pages }): { pages?: number } => ({ pages: readPages(pages) }),
  component: FreezesPage,
})

function FreezesPage() {
  const { t } = useTranslation()
  const { pages = 1 } = Route.useSearch()
  const navigate = Route.useNavigate()
  const mayManage = useMay('freeze.manage')
  const [creating, setCreating] = useState(false)
  const { result, retry, nodes: freezes, more, fetching } = usePages(FreezesPageQuery, {}, { pages, list: (data) => data.freezes })
  const create = mayManage && <Button leftSection={<IconSnowflake size={16} />} onClick={() => { setCreating(true) }}>{t('freeze.create')}</Button>
  return (
    <Page title={t('freeze.title')} lead={t('freeze.lead')} actions={create}>
      <Answer result={result} retry={retry}>
        {() => (
          <>
            {freezes.length === 0 ? <EmptyState icon={IconSnowflake} title={t('freeze.empty')} help={t('freeze.emptyHelp')} action={create} /> : <FreezeList freezes={freezes} mayManage={mayManage} />}
            <LoadMore more={more} busy={fetching} onMore={() => void navigate({ search: { pages: pages + 1 }, replace: true, resetScroll: false })} />
            <CreateFreezeDialog opened={creating} onClose={() => { setCreating(false) }} onCreated={retry} />
          </>
        )}
      </Answer>
    </Page>
  )
}
