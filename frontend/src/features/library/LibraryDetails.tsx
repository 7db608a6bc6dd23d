import { Alert, Code, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import { Facts } from '@/ui/Facts'
import { useText, useVersion } from '@/ui/format'
import { PageLink } from '@/ui/Page'
import { Panel } from '@/ui/Panel'
import { Row, Rows } from '@/ui/Rows'
import { Status } from '@/ui/Status'
import { TimeAgo } from '@/ui/Time'
import { isBuiltIn } from './LibraryList'
import { LibraryStatus } from './LibraryStatus'

export const LibraryDetailsFragment = graphql(/* GraphQL */ `
  fragment LibraryDetails on Library {
    id
    url
    ref
    path
    status
    commit
    syncedAt
    hasCredential
    error {
      en
      fr
    }
    problems {
      file
      line
      message {
        en
        fr
      }
    }
    lastRun {
      id
    }
  }
`)

export const LibraryTemplateFragment = graphql(/* GraphQL */ `
  fragment LibraryTemplate on Template {
    id
    name
    version
    createdAt
    status
    isBase
    title {
      en
      fr
    }
  }
`)

type Masked = FragmentType<typeof LibraryDetailsFragment>

export function LibraryFacts({ library: masked }: { library: Masked }) {
  const { t } = useTranslation()
  const library = unmask(LibraryDetailsFragment, masked)
  return (
    <Panel title={t('library.facts')}>
      <Facts
        facts={[
          [t('library.statusLabel'), <LibraryStatus key="status" status={library.status} />],
          [t('library.field.url'), isBuiltIn(library.url) ? t('library.builtIn') : library.url],
          [t('library.field.ref'), library.ref],
          [t('library.field.path'), library.path],
          [t('library.credential.title'), library.hasCredential === null || isBuiltIn(library.url) ? null : t(library.hasCredential ? 'library.credential.present' : 'library.credential.none')],
          [t('library.commit'), library.commit && <Code key="commit">{library.commit.slice(0, 12)}</Code>],
          [t('library.synced'), <TimeAgo key="synced" value={library.syncedAt} />],
          [t('library.lastRun'), library.lastRun && <PageLink key="run" to="/runs/$runId" params={{ runId: library.lastRun.id }}>{t('library.showRun')}</PageLink>],
        ]}
      />
    </Panel>
  )
}

/** Why the last sync failed, and what is wrong at which place; only those who manage libraries are told. */
export function LibraryProblems({ library: masked }: { library: Masked }) {
  const { t } = useTranslation()
  const text = useText()
  const { status, error, problems } = unmask(LibraryDetailsFragment, masked)
  return (
    <>
      {status === 'ERROR' && <Alert color="red" icon={<IconAlertTriangle />} title={t('library.failed')}>{error ? text(error) : t('library.failedHelp')}</Alert>}
      {problems && problems.length > 0 && (
        <Panel title={t('library.problems')} tone="warning">
          <Stack gap="sm">
            {problems.map(({ file, line, message }) => (
              <div key={`${file}:${String(line)}:${message.en}`}>
                <Code>{line > 0 ? `${file}:${String(line)}` : file}</Code>
                <Text size="sm" mt={4}>{text(message)}</Text>
              </div>
            ))}
          </Stack>
        </Panel>
      )}
    </>
  )
}

export function LibraryTemplates({ templates }: { templates: readonly ({ id: string } & FragmentType<typeof LibraryTemplateFragment>)[] }) {
  const { t } = useTranslation()
  return (
    <Rows label={t('library.templates')}>
      {templates.map((template) => <TemplateRow key={template.id} template={template} />)}
    </Rows>
  )
}

function TemplateRow({ template: masked }: { template: FragmentType<typeof LibraryTemplateFragment> }) {
  const { t } = useTranslation()
  const versionOf = useVersion()
  const text = useText()
  const template = unmask(LibraryTemplateFragment, masked)
  return (
    <Row
      main={
        <>
          <PageLink to="/catalog/$templateId" params={{ templateId: template.id }} data-row-link>{text(template.title) || template.name}</PageLink>
          <Text size="sm" c="dimmed">{template.name} · <span title={template.version}>{versionOf(template)}</span></Text>
        </>
      }
      aside={
        <>
          {template.isBase && <Text size="sm" c="dimmed">{t('library.base')}</Text>}
          {template.status === 'BROKEN' && <Status tone="danger" icon={IconAlertTriangle} label={t('library.broken')} />}
        </>
      }
    />
  )
}
