import { Progress, Stack, Table, Text } from '@mantine/core'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { type FragmentType, graphql, unmask } from '@/gql'
import { useFormat, useText } from '@/ui/format'
import { PageLink } from '@/ui/Page'
import { Panel } from '@/ui/Panel'

export const RunServersFragment = graphql(/* GraphQL */ `
  fragment RunServers on Run {
    id
    bulk {
      total
      done
      refused
    }
  }
`)

const ServerRefusalsQuery = graphql(/* GraphQL */ `
  query ServerRefusals($runId: ID!) {
    serverRefusals(runId: $runId, first: 100) {
      cursor
      serverId
      hostname
      reason {
        en
        fr
      }
    }
  }
`)

/** How many refusals are listed. */
const LISTED = 100

/** How far a bulk change of servers is, and what was refused; nothing for other runs. */
export function RunServers({ run: masked }: { run: FragmentType<typeof RunServersFragment> }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { id, bulk } = unmask(RunServersFragment, masked)
  if (!bulk) return null
  const { total, done, refused } = bulk
  const share = (count: number) => (total > 0 ? (100 * count) / total : 0)
  return (
    <Panel title={t('run.bulk.title')}>
      <Stack gap="xs">
        <Progress.Root size="lg">
          <Progress.Section value={share(done)} aria-label={t('run.bulk.changed', { count: done, shown: format.number(done) })} />
          <Progress.Section value={share(refused)} color="red.8" aria-label={t('run.bulk.refused', { count: refused, shown: format.number(refused) })} />
        </Progress.Root>
        <Text size="sm">
          {[
            t('run.bulk.progress', { done: format.number(done + refused), total: format.number(total) }),
            t('run.bulk.changed', { count: done, shown: format.number(done) }),
            refused > 0 && t('run.bulk.refused', { count: refused, shown: format.number(refused) }),
          ].filter(Boolean).join(' · ')}
        </Text>
        {refused > 0 && <Refusals runId={id} refused={refused} />}
      </Stack>
    </Panel>
  )
}

function Refusals({ runId, refused }: { runId: string; refused: number }) {
  const { t } = useTranslation()
  const text = useText()
  const [{ data }, ask] = useQuery({ query: ServerRefusalsQuery, variables: { runId } })
  const stale = data !== undefined && data.serverRefusals.length < Math.min(refused, LISTED)
  useEffect(() => { if (stale) ask({ requestPolicy: 'network-only' }) }, [stale, refused, ask])
  if (!data) return null
  return (
    <>
      <Table aria-label={t('run.bulk.refusals')} layout="fixed">
        <Table.Thead>
          <Table.Tr><Table.Th w="40%">{t('run.bulk.server')}</Table.Th><Table.Th>{t('run.bulk.reason')}</Table.Th></Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.serverRefusals.map(({ cursor, serverId, hostname, reason }) => (
            <Table.Tr key={cursor}>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{hostname ? <PageLink to="/servers/$serverId" params={{ serverId }}>{hostname}</PageLink> : serverId}</Table.Td>
              <Table.Td>{text(reason)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {refused > LISTED && <Text size="sm" c="dimmed">{t('run.bulk.others')}</Text>}
    </>
  )
}
