import { Alert, Code, Group, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconCircleX, IconHourglass } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import type { RunNoticesFragment as Notices } from '@/gql/graphql'
import { useText } from '@/ui/format'
import classes from './RunNotices.module.css'

export const RunNoticesFragment = graphql(/* GraphQL */ `
  fragment RunNotices on Run {
    id
    status
    canceledBy
    blockedReason {
      en
      fr
    }
    failure {
      en
      fr
    }
    diagnostics {
      severity
      summary
      detail
      address
      file
      line
      snippet
    }
  }
`)

/** Why it waits, why it failed, and the tool's own words on it. */
export function RunNotices({ run: masked }: { run: FragmentType<typeof RunNoticesFragment> }) {
  const { t } = useTranslation()
  const text = useText()
  const { blockedReason, failure, diagnostics, canceledBy } = unmask(RunNoticesFragment, masked)
  if (!blockedReason && !failure && diagnostics.length === 0 && !canceledBy) return null
  return (
    <Stack gap="sm">
      {blockedReason && <Alert color="yellow" icon={<IconHourglass />} title={t('run.notice.blocked')}>{text(blockedReason)}</Alert>}
      {canceledBy && <Alert color="gray">{t('run.notice.canceledBy', { name: canceledBy })}</Alert>}
      {failure && <Alert color="red" icon={<IconCircleX />} title={t('run.notice.failed')}>{text(failure)}</Alert>}
      {diagnostics.map((diagnostic, index) => <DiagnosticCard key={index} diagnostic={diagnostic} />)}
    </Stack>
  )
}

function DiagnosticCard({ diagnostic }: { diagnostic: Notices['diagnostics'][number] }) {
  const { t } = useTranslation()
  const error = diagnostic.severity === 'error'
  return (
    <div className={classes.diagnostic} data-severity={error ? 'error' : 'warning'}>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        {error ? <IconCircleX size={17} className={classes.icon} aria-label={t('run.notice.error')} /> : <IconAlertTriangle size={17} className={classes.icon} aria-label={t('run.notice.warning')} />}
        <div style={{ minWidth: 0, flex: 1 }}>
          <Text fw={600} size="sm">{diagnostic.summary}</Text>
          {diagnostic.detail !== '' && <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>{diagnostic.detail}</Text>}
          {(diagnostic.file !== '' || diagnostic.address !== '') && (
            <Group gap="xs" mt={6}>
              {diagnostic.file !== '' && <Code>{diagnostic.line > 0 ? `${diagnostic.file}:${String(diagnostic.line)}` : diagnostic.file}</Code>}
              {diagnostic.address !== '' && <Text size="xs" c="dimmed" ff="monospace">{diagnostic.address}</Text>}
            </Group>
          )}
          {diagnostic.snippet !== '' && <pre className={classes.snippet}>{diagnostic.snippet}</pre>}
        </div>
      </Group>
    </div>
  )
}
