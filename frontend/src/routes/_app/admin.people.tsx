import { Button, Group, Switch, TextInput } from '@mantine/core'
import { IconSearch, IconUserPlus, IconUsers } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { nodesOf } from '@/api/nodes'
import { readPages, usePages } from '@/api/pages'
import { CreatePersonDialog } from '@/features/person/CreatePersonDialog'
import { PersonList } from '@/features/person/PersonList'
import { graphql } from '@/gql'
import { EmptyState } from '@/ui/EmptyState'
import { LoadMore } from '@/ui/LoadMore'
import { Page } from '@/ui/Page'
import { useSearchText } from '@/ui/useSearchText'

const PeoplePageQuery = graphql(/* GraphQL */ `
  query PeoplePage($where: UserWhereInput, $after: Cursor) {
    users(first: 50, after: $after, where: $where, orderBy: { field: NAME, direction: ASC }) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          ...PersonListItem
        }
      }
    }
    roles(first: 100, where: { scope: PLATFORM }, orderBy: { field: RANK, direction: ASC }) {
      edges {
        node {
          id
          key
          title {
            en
            fr
          }
        }
      }
    }
  }
`)

const PlatformRoleHoldersQuery = graphql(/* GraphQL */ `
  query PlatformRoleHolders($after: Cursor) {
    memberships(first: 100, after: $after, where: { projectIDIsNil: true }) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          userID
          roleID
        }
      }
    }
  }
`)

interface Search {
  q?: string
  disabled?: boolean
  pages?: number
}

export const Route = createFileRoute('/_app/admin/people')({
  validateSearch: ({ q, disabled, pages }): Search => ({
    q: typeof q === 'string' && q !== '' ? q : undefined,
    disabled: disabled === true ? true : undefined,
    pages: readPages(pages),
  }),
  component: PeoplePage,
})

/** So many pages of those who hold a role on the platform are read: a thousand. */
const HOLDER_PAGES = 10

function PeoplePage() {
  const { t } = useTranslation()
  const { q, disabled, pages = 1 } = Route.useSearch()
  const navigate = Route.useNavigate()
  const [creating, setCreating] = useState(false)
  const [text, setText] = useSearchText(q, (next) => void navigate({ search: (before) => ({ ...before, q: next, pages: undefined }), replace: true }))
  const { nodes: holders } = usePages(PlatformRoleHoldersQuery, {}, { pages: HOLDER_PAGES, list: (data) => data.memberships })
  const where = { ...(disabled ? {} : { status: 'ACTIVE' as const }), ...(q && { or: [{ nameContainsFold: q }, { emailContainsFold: q }] }) }
  const { result, retry, nodes: people, more, fetching } = usePages(PeoplePageQuery, { where }, { pages, list: (data) => data.users })
  return (
    <Page
      title={t('person.title')}
      lead={t('person.lead')}
      actions={<Button leftSection={<IconUserPlus size={16} />} onClick={() => { setCreating(true) }}>{t('person.create')}</Button>}
      bar={
        <Group gap="md">
          <TextInput type="search" value={text} onChange={(event) => { setText(event.currentTarget.value) }} placeholder={t('person.search')} aria-label={t('person.search')} leftSection={<IconSearch size={15} />} w={280} />
          <Switch label={t('person.showDisabled')} checked={disabled ?? false} onChange={(event) => void navigate({ search: (before) => ({ ...before, disabled: event.currentTarget.checked || undefined }), replace: true })} />
        </Group>
      }
    >
      <Answer result={result} retry={retry}>
        {({ roles }) => (
          <>
            {people.length === 0 ? (
              <EmptyState icon={IconUsers} title={t('person.nothingFound')} help={t('person.nothingFoundHelp')} />
            ) : (
              <PersonList people={people} roles={nodesOf(roles)} roleOf={new Map(holders.map(({ userID, roleID }) => [userID, roleID]))} />
            )}
            <LoadMore more={more} busy={fetching} onMore={() => void navigate({ search: (before) => ({ ...before, pages: pages + 1 }), replace: true, resetScroll: false })} />
            <CreatePersonDialog opened={creating} onClose={() => { setCreating(false) }} roles={nodesOf(roles)} onCreated={retry} />
          </>
        )}
      </Answer>
    </Page>
  )
}
