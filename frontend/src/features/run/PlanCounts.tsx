import { Group, Tooltip } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import classes from './PlanCounts.module.css'

export const PlanCountsFragment = graphql(/* GraphQL */ `
  fragment PlanCounts on RunPlan {
    add
    change
    destroy
  }
`)

/** "+4 ~1 −2": what a plan adds, changes and destroys. */
export function PlanCounts({ plan: masked }: { plan: FragmentType<typeof PlanCountsFragment> }) {
  const { t } = useTranslation()
  const { add, change, destroy } = unmask(PlanCountsFragment, masked)
  const label = t('run.plan.summary', { add, change, destroy })
  if (add + change + destroy === 0) return null
  return (
    <Tooltip label={label}>
      <Group gap={6} wrap="nowrap" className={classes.counts} role="img" aria-label={label}>
        {add > 0 && <span className={classes.add}>+{add}</span>}
        {change > 0 && <span className={classes.change}>~{change}</span>}
        {destroy > 0 && <span className={classes.destroy}>−{destroy}</span>}
      </Group>
    </Tooltip>
  )
}
