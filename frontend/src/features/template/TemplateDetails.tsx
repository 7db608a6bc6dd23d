import { Alert, Badge, Code, List, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import { Facts } from '@/ui/Facts'
import { type LocalText, useFormat, useText, useVersion } from '@/ui/format'
import { Markdown } from '@/ui/Markdown'
import { Panel } from '@/ui/Panel'
import { TimeAgo } from '@/ui/Time'

export const TemplateDetailsFragment = graphql(/* GraphQL */ `
  fragment TemplateDetails on Template {
    id
    name
    version
    kind
    status
    category
    createdAt
    about {
      en
      fr
    }
    readme {
      en
      fr
    }
    cost {
      en
      fr
    }
    outputs
    problems {
      file
      line
      message {
        en
        fr
      }
    }
    approval {
      auto
      roles
      count
      notSelf
      expiresIn
    }
    library {
      id
      name
    }
  }
`)

type Masked = FragmentType<typeof TemplateDetailsFragment>

export function TemplateReadme({ template: masked }: { template: Masked }) {
  const { t } = useTranslation()
  const text = useText()
  const { about, readme, problems } = unmask(TemplateDetailsFragment, masked)
  return (
    <Stack gap="md">
      {problems && problems.length > 0 && (
        <Alert color="red" icon={<IconAlertTriangle />} title={t('template.problems')}>
          <List size="sm" spacing={4}>
            {problems.map(({ file, line, message }) => (
              <List.Item key={`${file}:${String(line)}`}>
                <Code>{line > 0 ? `${file}:${String(line)}` : file}</Code> {text(message)}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      {text(about) && <Panel title={t('template.about')}><Markdown text={text(about)} /></Panel>}
      {text(readme) && <Panel title={t('template.readme')}><Markdown text={text(readme)} /></Panel>}
      {!text(about) && !text(readme) && <Panel><Text c="dimmed">{t('template.noReadme')}</Text></Panel>}
    </Stack>
  )
}

export function TemplateFacts({ template: masked }: { template: Masked }) {
  const { t } = useTranslation()
  const versionOf = useVersion()
  const text = useText()
  const template = unmask(TemplateDetailsFragment, masked)
  return (
    <Panel title={t('template.facts.title')}>
      <Facts
        facts={[
          [t('template.facts.name'), <Code key="name">{template.name}</Code>],
          [t('template.facts.version'), <span key="version" title={template.version}>{versionOf(template)}</span>],
          [t('template.facts.library'), template.library.name],
          [t('template.facts.kind'), t(`template.kind.${template.kind}`)],
          [t('template.facts.approval'), <Approval key="approval" template={masked} />],
          [t('template.facts.cost'), text(template.cost)],
          [t('template.facts.outputs'), outputsOf(template.outputs).map(({ name, title }) => <Badge key={name} color="gray" mr={4} title={name}>{text(title) || name}</Badge>)],
          [t('template.facts.since'), <TimeAgo key="since" value={template.createdAt} />],
        ]}
      />
    </Panel>
  )
}

function Approval({ template: masked }: { template: Masked }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { auto, count, roles, notSelf } = unmask(TemplateDetailsFragment, masked).approval
  if (auto) return <>{t('template.approval.auto')}</>
  return (
    <>
      {t('template.approval.count', { count, shown: format.number(count) })}
      {roles.length > 0 && ` (${roles.join(', ')})`}
      {notSelf && <Text size="xs" c="dimmed">{t('template.approval.notSelf')}</Text>}
    </>
  )
}

interface Output {
  name: string
  title?: LocalText
  hidden?: boolean
}

/** The outputs come as a list of {name, title}, or as an object by name; those that are hidden say nothing to people. */
function outputsOf(outputs: unknown): Output[] {
  if (typeof outputs !== 'object' || outputs === null) return []
  const all = Array.isArray(outputs) ? (outputs as Output[]) : Object.entries(outputs as Record<string, Omit<Output, 'name'>>).map(([name, note]) => ({ ...note, name }))
  return all.filter(({ name, hidden }) => typeof name === 'string' && hidden !== true)
}
