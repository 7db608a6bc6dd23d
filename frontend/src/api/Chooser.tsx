import { Select, type SelectProps } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { graphql } from '@/gql'
import type { HostingProviderWhereInput, NetworkChoicesQuery, NetworkWhereInput, OrderChoicesQuery, PersonChoicesQuery, ProjectChoicesQuery, ProjectWhereInput, ProviderChoicesQuery, PurchaseOrderWhereInput, UserWhereInput } from '@/gql/graphql'
import { type Choice, type Kind, useChoices } from './useChoices'

const ProjectChoices = graphql(/* GraphQL */ `
  query ProjectChoices($where: ProjectWhereInput, $after: Cursor) {
    projects(first: 100, after: $after, where: $where, orderBy: { field: NAME, direction: ASC }) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          name
          acronym
        }
      }
    }
  }
`)

const ProviderChoices = graphql(/* GraphQL */ `
  query ProviderChoices($where: HostingProviderWhereInput, $after: Cursor) {
    hostingProviders(first: 100, after: $after, where: $where, orderBy: { field: NAME, direction: ASC }) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          name
        }
      }
    }
  }
`)

const NetworkChoices = graphql(/* GraphQL */ `
  query NetworkChoices($where: NetworkWhereInput, $after: Cursor) {
    networks(first: 100, after: $after, where: $where, orderBy: { field: NAME, direction: ASC }) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          name
          cidr
        }
      }
    }
  }
`)

const OrderChoices = graphql(/* GraphQL */ `
  query OrderChoices($where: PurchaseOrderWhereInput, $after: Cursor) {
    purchaseOrders(first: 100, after: $after, where: $where, orderBy: { field: NUMBER, direction: ASC }) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          number
          title
        }
      }
    }
  }
`)

const PersonChoices = graphql(/* GraphQL */ `
  query PersonChoices($where: UserWhereInput, $after: Cursor) {
    users(first: 100, after: $after, where: $where, orderBy: { field: NAME, direction: ASC }) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          name
        }
      }
    }
  }
`)

interface ChooserProps extends Omit<SelectProps, 'data' | 'value' | 'onChange' | 'onSearchChange' | 'searchable' | 'nothingFoundMessage' | 'onDropdownOpen'> {
  value: string | null | undefined
  onChange: (id: string | undefined) => void
  /** Choices that stand before those of the list. */
  before?: readonly Choice[]
}

/** A project, of those that are not archived where `active` is set. */
export function ProjectChooser({ active, ...rest }: ChooserProps & { active?: boolean }) {
  return <Chooser kind={PROJECTS} where={active ? { status: 'ACTIVE' } : {}} {...rest} />
}

/** A hosting provider, of those from which something may still come where `active` is set. */
export function ProviderChooser({ active, ...rest }: ChooserProps & { active?: boolean }) {
  return <Chooser kind={PROVIDERS} where={active ? { retiredAtIsNil: true } : {}} {...rest} />
}

export function NetworkChooser(props: ChooserProps) {
  return <Chooser kind={NETWORKS} where={{}} {...props} />
}

/** An order, of one hosting provider where it is given. */
export function OrderChooser({ provider, ...rest }: ChooserProps & { provider?: string }) {
  return <Chooser kind={ORDERS} where={provider ? { providerID: provider } : {}} {...rest} />
}

export function PersonChooser(props: ChooserProps) {
  return <Chooser kind={PEOPLE} where={{}} {...props} />
}

const PROJECTS: Kind<ProjectChoicesQuery, ProjectWhereInput> = {
  query: ProjectChoices,
  list: (data) => data.projects,
  matching: (text) => ({ or: [{ nameContainsFold: text }, { acronymContainsFold: text }] }),
}
const PROVIDERS: Kind<ProviderChoicesQuery, HostingProviderWhereInput> = {
  query: ProviderChoices,
  list: (data) => data.hostingProviders,
  matching: (text) => ({ nameContainsFold: text }),
}
const NETWORKS: Kind<NetworkChoicesQuery, NetworkWhereInput> = {
  query: NetworkChoices,
  list: (data) => data.networks,
  matching: (text) => ({ or: [{ nameContainsFold: text }, { cidrContainsFold: text }] }),
}
const ORDERS: Kind<OrderChoicesQuery, PurchaseOrderWhereInput> = {
  query: OrderChoices,
  list: (data) => data.purchaseOrders,
  matching: (text) => ({ or: [{ numberContainsFold: text }, { titleContainsFold: text }] }),
}
const PEOPLE: Kind<PersonChoicesQuery, UserWhereInput> = {
  query: PersonChoices,
  list: (data) => data.users,
  matching: (text) => ({ nameContainsFold: text }),
}

/** One of a list of any length: where one page does not hold all, the server looks for what is typed. */
function Chooser<Data, Where extends object>({ kind, where, value, onChange, before = [], ...rest }: ChooserProps & { kind: Kind<Data, Where>; where: Where }) {
  const { t } = useTranslation()
  const [opened, setOpened] = useState(false)
  const { choices, more, busy, search } = useChoices(kind, { where, value: value ?? undefined, opened })
  const known = [...before, ...choices]
  // What is chosen and in no list, because it is gone or hidden, shows as it stands.
  const data: (Choice & { disabled?: boolean })[] = value && !known.some((choice) => choice.value === value) ? [...known, { value, label: value }] : known
  if (more) data.push({ value: MORE, label: t('common.choice.more'), disabled: true })
  return (
    <Select
      {...rest}
      searchable
      data={data}
      value={value ?? null}
      onDropdownOpen={() => { setOpened(true) }}
      // The field tells the label of what was chosen as if it had been typed: that is no search.
      onSearchChange={(text) => { search(data.some(({ label }) => label === text) ? '' : text.trim()) }}
      onChange={(next) => { onChange(next ?? undefined) }}
      nothingFoundMessage={t(busy ? 'common.loading' : 'common.choice.none')}
    />
  )
}

/** The last line of a list that is not whole. */
const MORE = ' more'
