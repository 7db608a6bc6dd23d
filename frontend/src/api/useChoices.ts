import { useDebouncedValue } from '@mantine/hooks'
import type { DocumentInput } from '@urql/core'
import { useState } from 'react'
import { useQuery } from 'urql'
import { type FragmentType, graphql, unmask } from '@/gql'
import type { ChoiceFragment } from '@/gql/graphql'
import { type PagedConnection, usePages } from './pages'

export const ChoiceFields = graphql(/* GraphQL */ `
  fragment Choice on Node {
    id
    ... on Project {
      name
      acronym
    }
    ... on HostingProvider {
      name
    }
    ... on Network {
      name
      cidr
    }
    ... on PurchaseOrder {
      number
      title
    }
    ... on ImportSession {
      fileName
      createdBy
      createdAt
    }
    ... on User {
      name
    }
  }
`)

const ChosenQuery = graphql(/* GraphQL */ `
  query Chosen($id: ID!) {
    node(id: $id) {
      id
      ...Choice
    }
  }
`)

export interface Choice {
  value: string
  label: string
}

type Masked = { id: string } & FragmentType<typeof ChoiceFields>

/** A list that something is chosen from: how it is asked for, and which part of it matches what is typed. */
export interface Kind<Where> {
  query: DocumentInput<{ choices: PagedConnection<Masked> }, { where?: Where | null; after?: string | null }>
  matching: (text: string) => Where
}

const listOf = ({ choices }: { choices: PagedConnection<Masked> }) => choices

interface Choosing<Where> {
  /** What may be chosen at all. */
  where: Where
  /** What is chosen, by id. */
  value: string | undefined
  /** Nothing is asked for until somebody opens the list. */
  opened: boolean
  /** What a choice is worth: its id, or its name, which several may share. */
  by: 'id' | 'name'
}

/** An id as the server makes them. */
const ID = /^[a-z]{3}_/

/** What can be chosen: the first page, or where that is not all, what the server finds for what is typed; and what is chosen already. */
export function useChoices<Where extends object>({ query, matching }: Kind<Where>, { where, value, opened, by }: Choosing<Where>) {
  const [typed, search] = useState('')
  const [text] = useDebouncedValue(typed, 200)
  const all = usePages(query, { where }, { pages: opened ? 1 : 0, list: listOf })
  const searching = all.more && text !== ''
  const found = usePages(query, { where: { and: [where, matching(text)] } as unknown as Where }, { pages: searching ? 1 : 0, list: listOf })
  const nodes = searching ? found.nodes : all.nodes
  const beyond = by === 'id' && value !== undefined && ID.test(value) && !nodes.some(({ id }) => id === value)
  const [{ data }] = useQuery({ query: ChosenQuery, variables: { id: value ?? '' }, pause: !beyond })
  const chosen = beyond && data?.node?.id === value ? data.node : undefined
  return {
    choices: once([...(chosen ? [chosen] : []), ...nodes].map((masked) => choiceOf(unmask(ChoiceFields, masked), by))),
    /** There are more than one page holds. */
    more: all.more,
    busy: typed !== text || all.fetching || (searching && found.fetching),
    search,
  }
}

function choiceOf(node: ChoiceFragment, by: 'id' | 'name'): Choice {
  return { value: by === 'name' && 'name' in node ? node.name : node.id, label: nameOf(node) }
}

/** Those of one name are one choice, which tells what they are. */
function once(choices: Choice[]): Choice[] {
  const labels = new Map<string, string[]>()
  for (const { value, label } of choices) labels.set(value, [...(labels.get(value) ?? []), label])
  return [...labels].map(([value, all]) => ({ value, label: all.join(', ') }))
}

/** How something is called where it is chosen. */
function nameOf(node: ChoiceFragment): string {
  switch (node.__typename) {
    case 'Project':
      return `${node.name} (${node.acronym})`
    case 'Network':
      return `${node.name} · ${node.cidr}`
    case 'PurchaseOrder':
      return `${node.number} · ${node.title}`
    case 'ImportSession':
      return `${node.fileName} · ${node.createdBy} · ${node.createdAt.slice(0, 10)}`
    case 'HostingProvider':
    case 'User':
      return node.name
    default:
      return node.id
  }
}
