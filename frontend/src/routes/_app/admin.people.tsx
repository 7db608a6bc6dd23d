import { Button, Group, Switch, Text, TextInput } from '@mantine/core'
import { IconSearch, IconUserPlus, IconUsers } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { Answer } from '@/api/Answer'
import { nodesOf } from '@/api/nodes'
import { CreatePersonDialog } from '@/features/person/CreatePersonDialog'
import { PersonList } from '@/features/person/PersonList'
import { graphql } from '@/gql'
import { EmptyState } from '@/ui/EmptyState'
import { LoadMore } from '@/ui/LoadMore'
import { Page } from '@/ui/Page'
import { useSearchText } from '@/ui/useSearchText'

const PeoplePageQuery = graphql(/* GraphQL */ `
  query PeoplePage($where: UserWhereInput, $first: Int!) {
    users(first: $first, where: $where, orderBy: { field: NAME, direction: ASC }) {
      totalCount
      pageInfo {
        hasNextPage
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
    memberships(first: 100, where: { projectIDIsNil: true }) {
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
  show?: number
}

const PAGE = 30
const MOST = 100

export const Route = createFileRoute('/_app/admin/people')({
  validateSearch: ({ q, disabled, show }): Search => ({
    q: typeof q === 'string' && q !== '' ? q : undefined,
    disabled: disabled === true ? true : undefined,
    show: typeof show === 'number' ? Math.min(MOST, show) : undefined,
  }),
  component: PeoplePage,
})

function PeoplePage() {
  const { t } = useTranslation()
  const { q, disabled, show = PAGE } = Route.useSearch()
  const navigate = Route.useNavigate()
  const [creating, setCreating] = useState(false)
  const [text, setText] = useSearchText(q, (next) => void navigate({ search: (before) => ({ ...before, q: next, show: undefined }), replace: true }))
  const [result, retry] = useQuery({
    query: PeoplePageQuery,
    variables: { first: show, where: { ...(disabled ? {} : { status: 'ACTIVE' as const }), ...(q && { or: [{ nameContainsFold: q }, { emailContainsFold: q }] }) } },
  })
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
        {({ users, roles, memberships }) => (
          <>
            {nodesOf(users).length === 0 ? (
              <EmptyState icon={IconUsers} title={t('person.nothingFound')} help={t('person.nothingFoundHelp')} />
            ) : (
              <PersonList people={nodesOf(users)} roles={nodesOf(roles)} roleOf={new Map(nodesOf(memberships).map(({ userID, roleID }) => [userID, roleID]))} />
            )}
            <LoadMore more={users.pageInfo.hasNextPage && show < MOST} busy={result.fetching} onMore={() => void navigate({ search: (before) => ({ ...before, show: show + PAGE }), replace: true, resetScroll: false })} />
            {users.pageInfo.hasNextPage && show >= MOST && <Text size="sm" c="dimmed" ta="center" mt="md">{t('person.narrow', { count: users.totalCount })}</Text>}
            <CreatePersonDialog opened={creating} onClose={() => { setCreating(false) }} roles={nodesOf(roles)} onCreated={() => { retry({ requestPolicy: 'network-only' }) }} />
          </>
        )}
      </Answer>
    </Page>
  )
}
