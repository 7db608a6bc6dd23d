import { Badge, Group, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { useMay } from '@/api/viewer'
import { type FragmentType, graphql, unmask } from '@/gql'
import type { FactSourcesQuery as FactSources, ServerFactsFragment } from '@/gql/graphql'
import { Facts } from '@/ui/Facts'
import { useFormat, useText } from '@/ui/format'
import { Health } from '@/ui/Health'
import { PageLink } from '@/ui/Page'
import { Panel } from '@/ui/Panel'
import { diskOf, memoryOf } from '@/ui/size'
import { TimeAgo } from '@/ui/Time'
import { labelsOf } from './labels'
import { Lifecycle } from './Lifecycle'

export const ServerFactsFields = graphql(/* GraphQL */ `
  fragment ServerFacts on Server {
    id
    externalID
    lifecycle
    lifecycleSince
    reason
    health
    healthSince
    labels
    createdAt
    cores
    memoryMib
    diskGib
    architecture
    system
    location
    provider {
      id
      name
    }
    project {
      id
      acronym
      name
    }
    session {
      id
      fileName
    }
    facts {
      name
      value
      source
      at
    }
  }
`)

/** Who said what is known: people and runs; what the reader may not see is not named. */
const FactSourcesQuery = graphql(/* GraphQL */ `
  query FactSources($ids: [ID!]!) {
    nodes(ids: $ids) {
      id
      ... on User {
        name
      }
      ... on Run {
        title {
          en
          fr
        }
      }
    }
  }
`)

/** Who has it, where it is in its life, and how it is. */
export function ServerSummary({ server: masked }: { server: FragmentType<typeof ServerFactsFields> }) {
  const { t } = useTranslation()
  const server = unmask(ServerFactsFields, masked)
  return (
    <Panel title={t('server.summary')}>
      <Facts
        facts={[
          [t('server.column.lifecycle'), <Since key="lifecycle" at={server.lifecycleSince}><Lifecycle lifecycle={server.lifecycle} /></Since>],
          [t('server.reason'), server.reason],
          [t('server.column.health'), <Since key="health" at={server.healthSince}><Health health={server.health} /></Since>],
          [t('server.column.provider'), <PageLink key="provider" to="/providers/$providerId" params={{ providerId: server.provider.id }}>{server.provider.name}</PageLink>],
          [t('server.column.project'), server.project && <PageLink to="/projects/$acronym" params={{ acronym: server.project.acronym }}>{server.project.name}</PageLink>],
          [t('server.column.externalID'), server.externalID],
          [t('server.column.session'), server.session && <PageLink to="/imports/$sessionId" params={{ sessionId: server.session.id }}>{server.session.fileName}</PageLink>],
          [t('server.column.labels'), labelsOf(server.labels).length > 0 && <Group gap={4}>{labelsOf(server.labels).map((label) => <Badge key={label} color="gray" style={{ '--badge-color': 'var(--arpent-quiet)' }}>{label}</Badge>)}</Group>],
          [t('server.column.created'), <TimeAgo key="created" value={server.createdAt} />],
        ]}
      />
    </Panel>
  )
}

function Since({ at, children }: { at?: string | null; children: ReactNode }) {
  return <Group gap={8}>{children}{at && <Text size="sm" c="dimmed" span><TimeAgo value={at} brief /></Text>}</Group>
}

/** What is known of it, from whom and since when. */
export function ServerKnown({ server: masked }: { server: FragmentType<typeof ServerFactsFields> }) {
  const { t, i18n } = useTranslation()
  const format = useFormat()
  const server = unmask(ServerFactsFields, masked)
  const ids = [...new Set(server.facts.map(({ source }) => source).filter((source) => /^(usr|run)_/.test(source)))]
  const [{ data }] = useQuery({ query: FactSourcesQuery, variables: { ids }, pause: ids.length === 0 })
  const sources = data?.nodes ?? []
  const shown = ({ name, value }: Fact) => {
    if (name === 'memory') return memoryOf(format, server.memoryMib, i18n.language)
    return name === 'disk' ? diskOf(format, server.diskGib, i18n.language) : value
  }
  return (
    <Panel title={t('server.facts')}>
      {server.facts.length === 0 ? <Text size="sm" c="dimmed">{t('server.noFacts')}</Text> : (
        <Facts
          facts={server.facts.map((fact) => [
            t(`server.fact.${fact.name}` as 'server.fact.cores', fact.name),
            <div key={fact.name}>
              {shown(fact)}
              <Text size="xs" c="dimmed"><Source fact={fact} session={server.session} sources={sources} /> · <TimeAgo value={fact.at} /></Text>
            </div>,
          ])}
        />
      )}
    </Panel>
  )
}

type SourceNode = FactSources['nodes'][number]
type Fact = ServerFactsFragment['facts'][number]

/** A file that was imported, or whoever said it. */
function Source({ fact, session, sources }: { fact: Fact; session: ServerFactsFragment['session']; sources: readonly SourceNode[] }) {
  const { t } = useTranslation()
  const text = useText()
  const mayRead = useMay('inventory.read') // others find no import
  const source = sources.find((one) => one?.id === fact.source)
  if (fact.source.startsWith('usr_')) return <>{source?.__typename === 'User' ? source.name : t('server.source.person')}</>
  if (fact.source.startsWith('run_')) {
    const name = source?.__typename === 'Run' ? text(source.title) : t('server.source.run')
    return <PageLink to="/runs/$runId" params={{ runId: fact.source }} size="xs" underline="always">{name}</PageLink>
  }
  if (!fact.source.startsWith('ims_')) return <>{fact.source}</>
  const name = session?.id === fact.source ? session.fileName : t('server.anImport')
  if (!mayRead) return <>{name}</>
  return <PageLink to="/imports/$sessionId" params={{ sessionId: fact.source }} size="xs" underline="always">{name}</PageLink>
}
