import { Button } from '@mantine/core'
import { IconBooks, IconPlus } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { Answer } from '@/api/Answer'
import { nodesOf } from '@/api/nodes'
import { useMay } from '@/api/viewer'
import { AddLibraryDialog } from '@/features/library/AddLibraryDialog'
import { LibraryList } from '@/features/library/LibraryList'
import { graphql } from '@/gql'
import { EmptyState } from '@/ui/EmptyState'
import { Page } from '@/ui/Page'

const LibrariesPageQuery = graphql(/* GraphQL */ `
  query LibrariesPage {
    libraries(first: 100, orderBy: { field: NAME, direction: ASC }) {
      edges {
        node {
          id
          ...LibraryListItem
        }
      }
    }
  }
`)

export const Route = createFileRoute('/_app/libraries/')({ component: LibrariesPage })

function LibrariesPage() {
  const { t } = useTranslation()
  const navigate = Route.useNavigate()
  const mayManage = useMay('library.manage')
  const [adding, setAdding] = useState(false)
  const [result, retry] = useQuery({ query: LibrariesPageQuery })
  const add = mayManage && <Button leftSection={<IconPlus size={16} />} onClick={() => { setAdding(true) }}>{t('library.add')}</Button>
  return (
    <Page title={t('library.title')} lead={t('library.lead')} actions={add}>
      <Answer result={result} retry={retry}>
        {({ libraries }) =>
          nodesOf(libraries).length === 0 ? <EmptyState icon={IconBooks} title={t('library.empty')} help={t('library.emptyHelp')} action={add} /> : <LibraryList libraries={nodesOf(libraries)} />
        }
      </Answer>
      <AddLibraryDialog opened={adding} onClose={() => { setAdding(false) }} onAdded={(libraryId) => void navigate({ to: '/libraries/$libraryId', params: { libraryId } })} />
    </Page>
  )
}
