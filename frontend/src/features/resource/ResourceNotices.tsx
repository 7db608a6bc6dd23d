import { Alert, Button, Group, Stack } from '@mantine/core'
import { IconArrowUpCircle, IconCircleX, IconGitCompare } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import { useText, useVersion } from '@/ui/format'
import { LinkButton } from '@/ui/LinkButton'
import { PageLink } from '@/ui/Page'

export const ResourceNoticesFragment = graphql(/* GraphQL */ `
  fragment ResourceNotices on Resource {
    id
    status
    drifted
    error {
      en
      fr
    }
    lastRun {
      id
      status
      viewerCanRetry
    }
    upgrade {
      id
      version
      createdAt
    }
    template {
      id
      version
      createdAt
    }
  }
`)

interface ResourceNoticesProps {
  resource: FragmentType<typeof ResourceNoticesFragment>
  mayChange: boolean
  /** Runs again what failed. */
  retry: { busy: boolean; act: (runId: string) => void }
}

/** What needs care: a failure, a drift, a newer version, a question that waits. */
export function ResourceNotices({ resource: masked, mayChange, retry }: ResourceNoticesProps) {
  const { t } = useTranslation()
  const versionOf = useVersion()
  const text = useText()
  const { id, status, drifted, error, lastRun, upgrade, template } = unmask(ResourceNoticesFragment, masked)
  const run = lastRun && <PageLink to="/runs/$runId" params={{ runId: lastRun.id }}>{t('resource.notice.lookAtRun')}</PageLink>
  return (
    <Stack gap="sm">
      {status === 'ERROR' && (
        <Alert color="red" icon={<IconCircleX />} title={t('resource.notice.error')}>
          {text(error)}
          <Group gap="md" mt="xs">
            {lastRun?.viewerCanRetry && <Button size="xs" variant="default" loading={retry.busy} onClick={() => { retry.act(lastRun.id) }}>{t('run.action.retry')}</Button>}
            {run}
          </Group>
        </Alert>
      )}
      {lastRun && ['QUEUED', 'RUNNING', 'AWAITING_APPROVAL', 'CANCELING'].includes(lastRun.status) && (
        <Alert color={lastRun.status === 'AWAITING_APPROVAL' ? 'yellow' : 'blue'}>
          <Group gap="xs">{t(lastRun.status === 'AWAITING_APPROVAL' ? 'resource.notice.waits' : 'resource.notice.busy')} {run}</Group>
        </Alert>
      )}
      {drifted && <Alert color="yellow" icon={<IconGitCompare />} title={t('resource.notice.drifted')}>{t('resource.notice.driftedHelp')}</Alert>}
      {upgrade && (
        <Alert color="blue" icon={<IconArrowUpCircle />} title={t('resource.notice.upgrade', { version: versionOf(upgrade) })}>
          <Group justify="space-between">
            {t('resource.notice.upgradeHelp', { version: versionOf(template) })}
            {mayChange && <LinkButton size="xs" to="/resources/$resourceId/change" params={{ resourceId: id }} search={{ upgrade: true }}>{t('resource.action.upgrade')}</LinkButton>}
          </Group>
        </Alert>
      )}
    </Stack>
  )
}
