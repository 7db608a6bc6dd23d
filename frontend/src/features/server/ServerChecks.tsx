import { Button, Group, Text, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconChevronRight, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { nodesOf } from '@/api/nodes'
import { type FragmentType, graphql, unmask } from '@/gql'
import type { ServerChecksFragment } from '@/gql/graphql'
import { ExportMenu } from '@/ui/ExportMenu'
import { useFormat } from '@/ui/format'
import { Health } from '@/ui/Health'
import { Panel } from '@/ui/Panel'
import { TimeAgo, useNow } from '@/ui/Time'
import { ReportDialog } from './ReportDialog'
import classes from './ServerChecks.module.css'

export const ServerChecksFields = graphql(/* GraphQL */ `
  fragment ServerChecks on Server {
    id
    checks {
      id
      name
      status
      message
      source
      reporter
      observedAt
      since
      freshUntil
      reports(first: 20, orderBy: { field: CREATED_AT, direction: DESC }) {
        edges {
          node {
            id
            status
            message
            source
            reporter
            observedAt
          }
        }
      }
    }
  }
`)

type Check = NonNullable<ServerChecksFragment['checks']>[number]
const RANK = { CRITICAL: 0, WARNING: 1, UNKNOWN: 2, OK: 3 }

/** How it is, check by check, the worst first; each with what was reported of it. */
export function ServerChecks({ server: masked, mayReport }: { server: FragmentType<typeof ServerChecksFields>; mayReport: boolean }) {
  const { t } = useTranslation()
  const server = unmask(ServerChecksFields, masked)
  const [reporting, setReporting] = useState(false)
  const checks = [...(server.checks ?? [])].sort((a, b) => RANK[a.status] - RANK[b.status] || a.name.localeCompare(b.name))
  return (
    <Panel
      title={t('server.check.title')}
      flush={checks.length > 0}
      actions={
        <>
          {checks.length > 0 && <ExportMenu compact list="reports" where={{ checkIDIn: checks.map(({ id }) => id) }} orderBy={{ field: 'CREATED_AT', direction: 'DESC' }} />}
          {mayReport && <Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} />} onClick={() => { setReporting(true) }}>{t('server.check.report')}</Button>}
        </>
      }
    >
      {checks.length === 0 ? <Text size="sm" c="dimmed">{t('server.check.none')}</Text> : (
        <ul className={classes.checks} aria-label={t('server.check.title')}>
          {checks.map((check) => <CheckRow key={check.id} check={check} />)}
        </ul>
      )}
      <ReportDialog opened={reporting} subjectId={server.id} checks={checks.map(({ name }) => name)} onClose={() => { setReporting(false) }} />
    </Panel>
  )
}

function CheckRow({ check }: { check: Check }) {
  const { t } = useTranslation()
  const format = useFormat()
  const [opened, { toggle }] = useDisclosure()
  const now = useNow(15_000)
  const faded = check.freshUntil != null && new Date(check.freshUntil).getTime() < now
  return (
    <li className={classes.check}>
      <UnstyledButton className={classes.head} onClick={toggle} aria-expanded={opened}>
        <IconChevronRight size={16} className={classes.arrow} aria-hidden />
        <span style={{ minWidth: 0 }}>
          <Text span size="sm" fw={570}>{check.name}</Text>
          {check.message && <Text span display="block" size="sm" style={{ overflowWrap: 'anywhere' }}>{check.message}</Text>}
          <Text span display="block" size="sm" c="dimmed">
            {check.source === check.reporter ? check.reporter : `${check.source} · ${check.reporter}`} · <TimeAgo value={check.observedAt} />
            {check.freshUntil && ` · ${t(faded ? 'server.check.faded' : 'server.check.freshUntil', { when: format.dateTime(check.freshUntil) })}`}
          </Text>
        </span>
        <Health health={check.status} />
      </UnstyledButton>
      {opened && <Reports check={check} />}
    </li>
  )
}

function Reports({ check }: { check: Check }) {
  const { t } = useTranslation()
  const reports = nodesOf(check.reports)
  return (
    <div className={classes.reports}>
      <Text size="sm" c="dimmed">{t('server.check.since')} <TimeAgo value={check.since} /></Text>
      <ol className={classes.history} aria-label={t('server.check.history', { name: check.name })}>
        {reports.map(({ id, status, message, reporter, source, observedAt }) => (
          <li key={id}>
            <Group gap={8} wrap="nowrap" align="flex-start">
              <Health health={status} />
              <Text size="sm" style={{ overflowWrap: 'anywhere' }}>{message} <Text span c="dimmed">{source === reporter ? reporter : `${source} · ${reporter}`} · <TimeAgo value={observedAt} brief /></Text></Text>
            </Group>
          </li>
        ))}
      </ol>
      {reports.length === 0 && <Text size="sm" c="dimmed">{t('server.check.noHistory')}</Text>}
    </div>
  )
}
