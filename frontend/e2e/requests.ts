import { type Installation, until } from './installation'
import type { Person } from './people'

interface Requested {
  requestResource: { run: { id: string } }
}

/** Has somebody ask for a site, and waits until its plan waits for approval. */
export async function requestSite(installation: Installation, by: Person, acronym: string, name: string): Promise<string> {
  const api = await installation.api(by.email)
  const { projectByAcronym } = await api.ask<{ projectByAcronym: { id: string } }>('query ($acronym: String!) { projectByAcronym(acronym: $acronym) { id } }', { acronym })
  const { requestResource } = await api.ask<Requested>('mutation ($input: RequestResourceInput!) { requestResource(input: $input) { run { id } userErrors { message } } }', {
    input: { projectId: projectByAcronym.id, template: 'published-site', name, inputs: { title: name } },
  })
  const { id } = requestResource.run
  await until(60_000, `the plan of ${name}`, async () => {
    const { node } = await api.ask<{ node: { status: string } }>('query ($id: ID!) { node(id: $id) { ... on Run { status } } }', { id })
    return node.status === 'AWAITING_APPROVAL'
  })
  return id
}
