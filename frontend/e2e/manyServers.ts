import type { Api } from './installation'

/** As many as the table's aim names. */
export const SERVERS = 100_000

/** Rows of one file: a busy machine is done with them within the time that a request has. */
const ROWS = 10_000

const PLACE = /* GraphQL */ `
  mutation ($input: CreateHostingProviderInput!) {
    createHostingProvider(input: $input) { provider { id } userErrors { message } }
  }
`
const RANGE = 'mutation ($input: CreateNetworkInput!) { createNetwork(input: $input) { network { id } userErrors { message } } }'
const IMPORT = 'mutation ($input: ImportServersInput!) { importServers(input: $input) { added userErrors { message } } }'

/** Has a hosting provider deliver a hundred thousand servers with an address, sizes, a system and labels each, in ten files. Answers its id. */
export async function manyServers(api: Api): Promise<string> {
  const { createHostingProvider } = await api.ask<{ createHostingProvider: { provider: { id: string } } }>(PLACE, { input: { code: 'MANY', name: 'Many hosting' } })
  const providerId = createHostingProvider.provider.id
  await api.ask(RANGE, { input: { name: 'many', cidr: '10.64.0.0/14', scope: 'many', providerId } })
  for (let first = 0; first < SERVERS; first += ROWS) {
    const { importServers } = await api.upload<{ importServers: { added: number } }>(IMPORT, { input: { providerId, file: null } }, 'variables.input.file', fileOf(first, first + ROWS))
    if (importServers.added !== ROWS) throw new Error(`imported ${String(importServers.added)} servers instead of ${String(ROWS)}`)
  }
  return providerId
}

function fileOf(first: number, end: number): File {
  const lines = ['hostname,reference,ip,cores,memory,disk,system,location,labels.role']
  for (let at = first; at < end; at += 1) lines.push(rowOf(at))
  return new File([lines.join('\n')], `many-${String(first)}.csv`, { type: 'text/csv' })
}

function rowOf(at: number): string {
  const name = String(at).padStart(6, '0')
  return `node-${name}.many.example.org,M-${name},${addressOf(at + 16)},${String(4 + (at % 4) * 4)},${String(8 * (1 + (at % 4)))},${String(120 + (at % 8) * 60)},debian-12,PAR${String(1 + (at % 3))},${at % 2 ? 'web' : 'data'}`
}

/** The address at a place of the range. */
function addressOf(at: number): string {
  return `10.${String(64 + Math.floor(at / 65_536))}.${String(Math.floor(at / 256) % 256)}.${String(at % 256)}`
}
