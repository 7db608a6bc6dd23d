import { Text } from '@mantine/core'
import { IconBan, IconCheck, IconLoader2, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import type { RunStepStatus } from '@/gql/graphql'
import { useFormat } from '@/ui/format'
import { Duration } from '@/ui/Time'
import classes from './RunSteps.module.css'

export const RunStepsFragment = graphql(/* GraphQL */ `
  fragment RunSteps on Run {
    id
    status
    steps {
      id
      phase
      name
      status
      done
      total
      startedAt
      endedAt
    }
  }
`)

const ICONS: Record<RunStepStatus, typeof IconCheck> = { RUNNING: IconLoader2, DONE: IconCheck, FAILED: IconX, CANCELED: IconBan }

/** The one step of a run that changes many servers: it plans nothing. */
const SERVERS = 'servers'

/** How far the run is: each step with its state and how long it took. */
export function RunSteps({ run: masked }: { run: FragmentType<typeof RunStepsFragment> }) {
  const { t, i18n } = useTranslation()
  const format = useFormat()
  const steps = inOrder(unmask(RunStepsFragment, masked).steps ?? [])
  if (steps.length === 0) return <Text size="sm" c="dimmed">{t('run.steps.none')}</Text>
  return (
    <ol className={classes.steps}>
      {steps.map(({ id, name, phase, status, done, total, startedAt, endedAt }, index) => {
        const Icon = ICONS[status]
        const key = `run.steps.name.${name}`
        return (
          <li key={id} className={classes.step} data-status={status}>
            {steps[index - 1]?.phase !== phase && name !== SERVERS && <Text size="xs" c="dimmed" fw={600} className={classes.phase}>{t(`run.steps.phase.${phase}`)}</Text>}
            <span className={classes.mark}><Icon size={12} stroke={2.6} role="img" aria-label={t(`run.steps.status.${status}`)} /></span>
            <span className={classes.name}>{i18n.exists(key) ? t(key as 'run.steps.name.plan') : name}</span>
            <Text size="xs" c="dimmed" span className={classes.time}><Duration from={startedAt} to={endedAt} /></Text>
            {total > 0 && <Text size="xs" c="dimmed" className={classes.detail}>{t('run.steps.count', { done: format.number(done), total: format.number(total) })}</Text>}
          </li>
        )
      })}
    </ol>
  )
}

/** As they began: an attempt that comes back to a step stands behind what was before it. */
function inOrder<Step extends { startedAt: string }>(steps: readonly Step[]): Step[] {
  return [...steps].sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt))
}
