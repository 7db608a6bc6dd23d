import type { RunStatus } from '../src/gql/graphql'
import { type Installation, until } from './installation'
import type { Person } from './people'

interface Asked {
  by: Person
  acronym: string
  template: string
  name: string
  inputs?: Record<string, unknown>
}

interface Requested {
  requestResource: { run: { id: string } }
}

/** Has somebody ask for something, and waits until its run has a status. */
export async function request(installation: Installation, { by, acronym, template, name, inputs = {} }: Asked, status: RunStatus): Promise<string> {
  const api = await installation.api(by.email)
  const { projectByAcronym } = await api.ask<{ projectByAcronym: { id: string } }>('query ($acronym: String!) { projectByAcronym(acronym: $acronym) { id } }', { acronym })
  const { requestResource } = await api.ask<Requested>('mutation ($input: RequestResourceInput!) { requestResource(input: $input) { run { id } userErrors { message } } }', {
    input: { projectId: projectByAcronym.id, template, name, inputs },
  })
  const { id } = requestResource.run
  await until(120_000, `${name} to be ${status}`, async () => {
    const { node } = await api.ask<{ node: { status: string } }>('query ($id: ID!) { node(id: $id) { ... on Run { status } } }', { id })
    return node.status === status
  })
  return id
}

/** Has somebody ask for a site, and waits until its plan waits for approval. */
export function requestSite(installation: Installation, by: Person, acronym: string, name: string): Promise<string> {
  return request(installation, { by, acronym, template: 'published-site', name, inputs: { title: name } }, 'AWAITING_APPROVAL')
}
