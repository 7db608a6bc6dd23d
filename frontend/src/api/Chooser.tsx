import { Select, type SelectProps } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { graphql } from '@/gql'
import type { HostingProviderWhereInput, ImportSessionWhereInput, NetworkWhereInput, ProjectWhereInput, PurchaseOrderWhereInput, UserWhereInput } from '@/gql/graphql'
import { type Choice, type Kind, useChoices } from './useChoices'

// What can be chosen: how it is asked for, and which part of it matches what is typed.
const PROJECTS: Kind<ProjectWhereInput> = {
  query: graphql(/* GraphQL */ `query ProjectChoices($where: ProjectWhereInput, $after: Cursor) { choices: projects(first: 100, after: $after, where: $where, orderBy: { field: NAME, direction: ASC }) { pageInfo { hasNextPage endCursor } edges { node { id ...Choice } } } }`),
  matching: (text) => ({ or: [{ nameContainsFold: text }, { acronymContainsFold: text }] }),
}
const PROVIDERS: Kind<HostingProviderWhereInput> = {
  query: graphql(/* GraphQL */ `query ProviderChoices($where: HostingProviderWhereInput, $after: Cursor) { choices: hostingProviders(first: 100, after: $after, where: $where, orderBy: { field: NAME, direction: ASC }) { pageInfo { hasNextPage endCursor } edges { node { id ...Choice } } } }`),
  matching: (text) => ({ nameContainsFold: text }),
}
const NETWORKS: Kind<NetworkWhereInput> = {
  query: graphql(/* GraphQL */ `query NetworkChoices($where: NetworkWhereInput, $after: Cursor) { choices: networks(first: 100, after: $after, where: $where, orderBy: { field: NAME, direction: ASC }) { pageInfo { hasNextPage endCursor } edges { node { id ...Choice } } } }`),
  matching: (text) => ({ or: [{ nameContainsFold: text }, { cidrContainsFold: text }] }),
}
const ORDERS: Kind<PurchaseOrderWhereInput> = {
  query: graphql(/* GraphQL */ `query OrderChoices($where: PurchaseOrderWhereInput, $after: Cursor) { choices: purchaseOrders(first: 100, after: $after, where: $where, orderBy: { field: NUMBER, direction: ASC }) { pageInfo { hasNextPage endCursor } edges { node { id ...Choice } } } }`),
  matching: (text) => ({ or: [{ numberContainsFold: text }, { titleContainsFold: text }] }),
}
const PEOPLE: Kind<UserWhereInput> = {
  query: graphql(/* GraphQL */ `query PersonChoices($where: UserWhereInput, $after: Cursor) { choices: users(first: 100, after: $after, where: $where, orderBy: { field: NAME, direction: ASC }) { pageInfo { hasNextPage endCursor } edges { node { id ...Choice } } } }`),
  matching: (text) => ({ nameContainsFold: text }),
}
const SESSIONS: Kind<ImportSessionWhereInput> = {
  query: graphql(/* GraphQL */ `query SessionChoices($where: ImportSessionWhereInput, $after: Cursor) { choices: importSessions(first: 100, after: $after, where: $where, orderBy: { field: CREATED_AT, direction: DESC }) { pageInfo { hasNextPage endCursor } edges { node { id ...Choice } } } }`),
  matching: (text) => ({ fileNameContainsFold: text }),
}

interface ChooserProps extends Omit<SelectProps, 'data' | 'value' | 'onChange' | 'onSearchChange' | 'searchable' | 'nothingFoundMessage' | 'onDropdownOpen'> {
  value: string | null | undefined
  onChange: (id: string | undefined) => void
  /** Choices that stand before those of the list. */
  before?: readonly Choice[]
  /** What is chosen is an id, or a name. */
  by?: 'id' | 'name'
}

/** A project, of those that are not archived where `active` is set. */
export const ProjectChooser = ({ active, ...rest }: ChooserProps & { active?: boolean }) => <Chooser kind={PROJECTS} where={active ? { status: 'ACTIVE' } : {}} {...rest} />
/** A hosting provider, of those from which something may still come where `active` is set. */
export const ProviderChooser = ({ active, ...rest }: ChooserProps & { active?: boolean }) => <Chooser kind={PROVIDERS} where={active ? { retiredAtIsNil: true } : {}} {...rest} />
/** A network, of those that hand out addresses to a project where `claimableBy` names one by its id. */
export const NetworkChooser = ({ claimableBy, ...rest }: ChooserProps & { claimableBy?: string }) => <Chooser kind={NETWORKS} where={claimableBy ? { claimable: true, or: [{ projectIDIsNil: true }, { projectID: claimableBy }] } : {}} {...rest} />
/** An order, of one hosting provider where it is given. */
export const OrderChooser = ({ provider, ...rest }: ChooserProps & { provider?: string }) => <Chooser kind={ORDERS} where={provider ? { providerID: provider } : {}} {...rest} />
/** An import, of one hosting provider where it is given, the newest first: its file, who imported it, and when. */
export const SessionChooser = ({ provider, ...rest }: ChooserProps & { provider?: string }) => <Chooser kind={SESSIONS} where={provider ? { providerID: provider } : {}} {...rest} />
export const PersonChooser = (props: ChooserProps) => <Chooser kind={PEOPLE} where={{}} {...props} />

/** One of a list of any length: where one page does not hold all, the server looks for what is typed. */
function Chooser<Where extends object>({ kind, where, value, onChange, before = [], by = 'id', ...rest }: ChooserProps & { kind: Kind<Where>; where: Where }) {
  const { t } = useTranslation()
  const [opened, setOpened] = useState(false)
  const { choices, more, busy, search } = useChoices(kind, { where, value: value ?? undefined, opened, by })
  const known = [...before, ...choices]
  // What is chosen and in no list, because it is gone or hidden, shows as it stands.
  const data: (Choice & { disabled?: boolean })[] = value && !known.some((choice) => choice.value === value) ? [...known, { value, label: value }] : known
  if (more) data.push({ value: MORE, label: t('common.choice.more'), disabled: true })
  return (
    <Select
      {...rest}
      searchable
      title={data.find((choice) => choice.value === value)?.label}
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
