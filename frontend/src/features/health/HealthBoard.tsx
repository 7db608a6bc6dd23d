import { Button, Group, Text, Title } from '@mantine/core'
import { useFullscreenElement } from '@mantine/hooks'
import { IconMaximize, IconMinimize, IconMoodHappy, IconPlugConnectedX } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { CSSProperties } from 'react'
import { useTranslation } from 'react-i18next'
import { useConnection } from '@/api/socket'
import { type FragmentType, graphql, unmask } from '@/gql'
import type { HealthBoardFragment } from '@/gql/graphql'
import { EmptyState } from '@/ui/EmptyState'
import { useFormat } from '@/ui/format'
import { HealthCounts, HEALTHS, type HealthValue, Health } from '@/ui/Health'
import { PageLink } from '@/ui/Page'
import { Panel } from '@/ui/Panel'
import { Row, Rows, StatusCell } from '@/ui/Rows'
import { TimeAgo, useNow } from '@/ui/Time'
import classes from './HealthBoard.module.css'

export const HealthBoardFields = graphql(/* GraphQL */ `
  fragment HealthBoard on HealthSummary {
    at
    servers {
      health
      count
    }
    unwell {
      id
      hostname
      health
      healthSince
      provider {
        id
        name
      }
      project {
        id
        name
      }
      checks {
        id
        name
        status
        message
      }
    }
  }
`)

/** A part of the inventory with the health of what is in it: a project, or a hosting provider. */
export interface HealthGroup {
  id: string
  name: string
  kind: 'project' | 'provider'
  counts: readonly { health: HealthValue; count: number }[]
}

interface HealthBoardProps {
  summary: FragmentType<typeof HealthBoardFields>
  groups: readonly HealthGroup[]
}

/** How everything is, to be read from afar: numbers, where they belong to, and only what is wrong in detail. */
export function HealthBoard({ summary: masked, groups }: HealthBoardProps) {
  const { t } = useTranslation()
  const summary = unmask(HealthBoardFields, masked)
  const live = useConnection() !== 'lost'
  const { ref, toggle, fullscreen } = useFullscreenElement<HTMLDivElement>()
  return (
    <div ref={ref} className={classes.board} style={{ '--health-rows': live ? 3 : 4 } as CSSProperties}>
      <div className={classes.head}>
        <div>
          <Updated at={summary.at} />
          <Text size="sm" c="dimmed">{t('health.lead')}</Text>
        </div>
        <Button variant="default" leftSection={fullscreen ? <IconMinimize size={16} /> : <IconMaximize size={16} />} onClick={() => void toggle()}>{t(fullscreen ? 'health.leave' : 'health.fullscreen')}</Button>
      </div>
      {!live && <div className={classes.stale} role="alert"><IconPlugConnectedX size={26} aria-hidden />{t('health.lost')}</div>}
      <Counts counts={summary.servers} />
      <Groups title={t('health.byProvider')} groups={groups.filter(({ kind }) => kind === 'provider')} />
      <Groups title={t('health.byProject')} groups={groups.filter(({ kind }) => kind === 'project')} />
      <Unwell servers={summary.unwell} />
    </div>
  )
}

/** When this was true. */
function Updated({ at }: { at: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useNow(1_000)
  return (
    <Text size="sm" c="dimmed">
      {t('health.updated')} <time dateTime={at}>{format.dateTime(at)}</time> ({format.ago(at, Math.max(now, new Date(at).getTime()))})
    </Text>
  )
}

function Counts({ counts }: { counts: readonly { health: HealthValue; count: number }[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <ul className={classes.counts} aria-label={t('health.counts')}>
      {HEALTHS.map((health) => {
        const count = counts.find((one) => one.health === health)?.count ?? 0
        return (
          <li key={health}>
            <Link to="/servers" search={{ health: [health] }} className={classes.count} data-health={health} data-some={count > 0 || undefined}>
              <span className={classes.number}>{format.number(count)}</span>
              <span>{t(`health.status.${health}`)}</span>
            </Link>
          </li>
        )
      })}
    </ul>
  )
}

function Groups({ title, groups }: { title: string; groups: readonly HealthGroup[] }) {
  const some = groups.filter(({ counts }) => counts.some(({ count }) => count > 0)).sort((a, b) => HEALTHS.indexOf(worstOf(a)) - HEALTHS.indexOf(worstOf(b)) || a.name.localeCompare(b.name))
  if (some.length === 0) return null
  return (
    <section>
      <Title order={2} size="h3" mb={6}>{title}</Title>
      <div className={classes.groups}>
        {some.map((group) => (
          <div key={group.id} className={classes.group} data-worst={worstOf(group)}>
            <PageLink to="/servers" search={group.kind === 'project' ? { project: group.id } : { provider: group.id }} c="inherit" fw={600}>{group.name}</PageLink>
            <Group gap={6} mt={6}><HealthCounts counts={group.counts} /></Group>
          </div>
        ))}
      </div>
    </section>
  )
}

/** The worst health in a group. What nothing is known of is no reason to worry as long as something is. */
export function worstOf({ counts }: Pick<HealthGroup, 'counts'>): HealthValue {
  const there = new Set(counts.filter(({ count }) => count > 0).map(({ health }) => health))
  return (['CRITICAL', 'WARNING', 'OK'] as const).find((health) => there.has(health)) ?? 'UNKNOWN'
}

function Unwell({ servers }: { servers: HealthBoardFragment['unwell'] }) {
  const { t } = useTranslation()
  if (servers.length === 0) return <Panel tone="success"><EmptyState compact icon={IconMoodHappy} title={t('health.allWell')} help={t('health.allWellHelp')} /></Panel>
  return (
    <Panel title={t('health.unwell')} flush tone="danger">
      <Rows label={t('health.unwell')}>
        {servers.map((server) => (
          <Row
            key={server.id}
            main={
              <>
                <PageLink to="/servers/$serverId" params={{ serverId: server.id }} data-row-link>{server.hostname}</PageLink>
                <Text size="sm" c="dimmed">{[server.project?.name, server.provider.name].filter(Boolean).join(' · ')}</Text>
                {(server.checks ?? []).filter(({ status }) => status === 'CRITICAL' || status === 'WARNING').map(({ id, name, message }) => <Text key={id} size="sm" style={{ overflowWrap: 'anywhere' }}><strong>{name}</strong> {message}</Text>)}
              </>
            }
            aside={
              <>
                <Text size="sm" c="dimmed"><TimeAgo value={server.healthSince} brief /></Text>
                <StatusCell><Health health={server.health} /></StatusCell>
              </>
            }
          />
        ))}
      </Rows>
    </Panel>
  )
}
