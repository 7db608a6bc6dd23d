import { Button } from '@mantine/core'
import { IconBooks, IconPlus } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { readPages, usePages } from '@/api/pages'
import { useMay } from '@/api/viewer'
import { AddLibraryDialog } from '@/features/library/AddLibraryDialog'
import { LibraryList } from '@/features/library/LibraryList'
import { graphql } from '@/gql'
import { EmptyState } from '@/ui/EmptyState'
import { LoadMore } from '@/ui/LoadMore'
import { Page } from '@/ui/Page'

const LibrariesPageQuery = graphql(/* GraphQL */ `
  query LibrariesPage($after: Cursor) {
    libraries(first: 50, after: $after, orderBy: { field: NAME, direction: ASC }) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          ...LibraryListItem
        }
      }
    }
  }
`)

export const Route = createFileRoute('/_app/libraries/')({
  validateSearch: ({ pages }): { pages?: number } => ({ pages: readPages(pages) }),
  component: LibrariesPage,
})

function LibrariesPage() {
  const { t } = useTranslation()
  const navigate = Route.useNavigate()
  const mayManage = useMay('library.manage')
  const [adding, setAdding] = useState(false)
  const { pages = 1 } = Route.useSearch()
  const { result, retry, nodes: libraries, more, fetching } = usePages(LibrariesPageQuery, {}, { pages, list: (data) => data.libraries })
  const add = mayManage && <Button leftSection={<IconPlus size={16} />} onClick={() => { setAdding(true) }}>{t('library.add')}</Button>
  return (
    <Page title={t('library.title')} lead={t('library.lead')} actions={add}>
      <Answer result={result} retry={retry}>
        {() => (libraries.length === 0 ? <EmptyState icon={IconBooks} title={t('library.empty')} help={t('library.emptyHelp')} action={add} /> : <LibraryList libraries={libraries} />)}
      </Answer>
      <LoadMore more={more} busy={fetching} onMore={() => void navigate({ search: { pages: pages + 1 }, replace: true, resetScroll: false })} />
      <AddLibraryDialog opened={adding} onClose={() => { setAdding(false) }} onAdded={(libraryId) => void navigate({ to: '/libraries/$libraryId', params: { libraryId } })} />
    </Page>
  )
}
