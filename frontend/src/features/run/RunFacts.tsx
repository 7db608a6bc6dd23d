import { Code } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import { Facts } from '@/ui/Facts'
import { useText, useVersion } from '@/ui/format'
import { PageLink } from '@/ui/Page'
import { Duration, TimeAgo } from '@/ui/Time'
import { isFinal } from './RunStatus'

export const RunFactsFragment = graphql(/* GraphQL */ `
  fragment RunFacts on Run {
    id
    kind
    status
    phase
    requestedBy
    approvedBy
    attempt
    worker
    tool
    branch
    commit
    createdAt
    startedAt
    finishedAt
    project {
      id
      acronym
      name
    }
    resource {
      id
      name
    }
    template {
      id
      version
      createdAt
      title {
        en
        fr
      }
    }
    retryOf {
      id
    }
  }
`)

/** Who, when, where and with what. */
export function RunFacts({ run: masked, library }: { run: FragmentType<typeof RunFactsFragment>; library?: ReactNode }) {
  const { t } = useTranslation()
  const run = unmask(RunFactsFragment, masked)
  const text = useText()
  const versionOf = useVersion()
  const { project, resource, template } = run
  return (
    <Facts
      facts={[
        [t('run.facts.kind'), t(`run.kind.${run.kind}`)],
        [t('run.facts.project'), project && <PageLink to="/projects/$acronym" params={{ acronym: project.acronym }}>{project.name}</PageLink>],
        [t('run.facts.resource'), resource && <PageLink to="/resources/$resourceId" params={{ resourceId: resource.id }}>{resource.name}</PageLink>],
        [t('run.facts.template'), template && <PageLink to="/catalog/$templateId" params={{ templateId: template.id }}>{text(template.title)}</PageLink>],
        [t('template.facts.version'), template && <span key="version" title={template.version}>{versionOf(template)}</span>],
        [t('run.facts.library'), library],
        [t('run.facts.requestedBy'), run.requestedBy],
        [t('run.facts.requested'), <TimeAgo key="requested" value={run.createdAt} />],
        [t('run.facts.approvedBy'), run.approvedBy === 'auto' ? t('run.facts.auto') : run.approvedBy],
        [t('run.facts.duration'), run.startedAt && <Duration from={run.startedAt} to={isFinal(run.status) ? run.finishedAt : null} />],
        [t('run.facts.finished'), run.finishedAt && <TimeAgo value={run.finishedAt} />],
        [t('run.facts.attempt'), tries(run) > 1 ? tries(run) : null],
        [t('run.facts.retryOf'), run.retryOf && <PageLink to="/runs/$runId" params={{ runId: run.retryOf.id }}>{t('run.facts.retryOfLink')}</PageLink>],
        [t('run.facts.worker'), run.worker],
        [t('run.facts.tool'), run.tool],
        [t('run.facts.branch'), run.branch && <Code>{run.branch}</Code>],
        [t('run.facts.commit'), run.commit && <Code title={run.commit}>{run.commit.slice(0, 10)}</Code>],
      ]}
    />
  )
}

/** How often its present phase was begun: planning and applying are one turn each, and only what was begun again is worth a word. */
export function tries({ attempt, phase, status }: { attempt: number; phase: string; status: string }): number {
  return phase === 'APPLY' && status !== 'QUEUED' ? attempt - 1 : attempt
}
