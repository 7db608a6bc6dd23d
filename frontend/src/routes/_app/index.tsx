import { Stack, Title } from '@mantine/core'
import { IconCircleCheck, IconFolders } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { Answer } from '@/api/Answer'
import { nodesOf } from '@/api/nodes'
import { useViewer } from '@/api/viewer'
import { ProjectList } from '@/features/project/ProjectList'
import { ResourceList } from '@/features/resource/ResourceList'
import { RunList } from '@/features/run/RunList'
import { graphql } from '@/gql'
import { EmptyState } from '@/ui/EmptyState'
import { LinkButton } from '@/ui/LinkButton'
import { Page, PageLink } from '@/ui/Page'

const HomePageQuery = graphql(/* GraphQL */ `
  query HomePage {
    runsAwaitingMe {
      id
      ...RunListItem
    }
    active: runs(first: 10, where: { statusIn: [QUEUED, RUNNING, CANCELING] }, orderBy: { field: CREATED_AT, direction: DESC }) {
      edges {
        node {
          id
          ...RunListItem
        }
      }
    }
    failed: resources(first: 10, where: { status: ERROR }, orderBy: { field: CREATED_AT, direction: DESC }) {
      edges {
        node {
          id
          ...ResourceListItem
        }
      }
    }
    projects(first: 12, where: { status: ACTIVE }, orderBy: { field: NAME, direction: ASC }) {
      totalCount
      edges {
        node {
          id
          ...ProjectListItem
        }
      }
    }
  }
`)

/** Lists that may be empty are known by these, or nothing would tell when they fill. */
const LISTS = { additionalTypenames: ['Run', 'Resource', 'Project'] }

export const Route = createFileRoute('/_app/')({ component: HomePage })

function HomePage() {
  const { t } = useTranslation()
  const viewer = useViewer()
  const [result, retry] = useQuery({ query: HomePageQuery, context: LISTS })
  return (
    <Page title={t('home.title')} heading={t('home.hello', { name: viewer.name.split(' ')[0] })} lead={t('home.lead')}>
      <Answer result={result} retry={retry}>
        {({ runsAwaitingMe, active, failed, projects }) => (
          <Stack gap="xl">
            <Section title={t('home.awaiting.title')} count={runsAwaitingMe.length}>
              {runsAwaitingMe.length > 0 ? (
                <RunList runs={runsAwaitingMe} label={t('home.awaiting.title')} />
              ) : (
                <Quiet icon={<IconCircleCheck size={18} stroke={1.6} aria-hidden />} text={t('home.awaiting.none')} />
              )}
            </Section>
            {nodesOf(failed).length > 0 && (
              <Section title={t('home.failed.title')} count={nodesOf(failed).length}>
                <ResourceList resources={nodesOf(failed)} label={t('home.failed.title')} withProject />
              </Section>
            )}
            {nodesOf(active).length > 0 && (
              <Section title={t('home.active.title')} count={nodesOf(active).length}>
                <RunList runs={nodesOf(active)} label={t('home.active.title')} />
              </Section>
            )}
            <Section title={t('home.projects.title')} aside={projects.totalCount > 12 && <PageLink to="/projects" size="sm">{t('home.projects.all')}</PageLink>}>
              {nodesOf(projects).length > 0 ? (
                <ProjectList projects={nodesOf(projects)} />
              ) : (
                <EmptyState icon={IconFolders} title={t('project.list.empty')} help={t('project.list.emptyHelp')} action={<LinkButton to="/projects" variant="default">{t('home.projects.all')}</LinkButton>} />
              )}
            </Section>
          </Stack>
        )}
      </Answer>
    </Page>
  )
}

function Section({ title, count, aside, children }: { title: string; count?: number; aside?: ReactNode; children: ReactNode }) {
  return (
    <section>
      <div style={{ display: 'flex', alignItems: 'baseline', gap: 8, marginBottom: 10 }}>
        <Title order={2}>{title}</Title>
        {count ? <span style={{ color: 'var(--mantine-color-dimmed)', fontVariantNumeric: 'tabular-nums' }}>{count}</span> : null}
        <span style={{ marginLeft: 'auto' }}>{aside}</span>
      </div>
      {children}
    </section>
  )
}

/** Nothing to do is good news, and takes one line. */
function Quiet({ icon, text }: { icon: ReactNode; text: string }) {
  return (
    <p style={{ display: 'flex', alignItems: 'center', gap: 8, margin: 0, padding: '0.75rem 1rem', border: '1px dashed var(--arpent-line)', borderRadius: 'var(--mantine-radius-lg)', color: 'var(--mantine-color-dimmed)' }}>
      {icon}
      {text}
    </p>
  )
}
