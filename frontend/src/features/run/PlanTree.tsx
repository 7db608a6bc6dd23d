import { Alert, Chip, Group, Text, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import type { PlanAction, PlanChangeFragment, PlanTreeFragment as Plan } from '@/gql/graphql'
import { useFormat } from '@/ui/format'
import { countChanges, type ModuleNode, planTree, wanted } from './plan'
import { PlanChange, PlanChangeDocument } from './PlanChange'
import { PlanPages, titleOf } from './PlanPages'
import classes from './PlanTree.module.css'

export const PlanTreeFragment = graphql(/* GraphQL */ `
  fragment PlanTree on RunPlan {
    id
    add
    change
    destroy
    truncated
    total
    changes {
      ...PlanChange
    }
    outputs {
      ...PlanChange
    }
  }
`)

/** With more than this, changes begin folded and can be filtered. */
const FEW = 8
const KINDS: PlanAction[] = ['CREATE', 'UPDATE', 'REPLACE', 'DELETE']

/** A plan as the tree of what it does, module by module, each change with its values before and after. */
export function PlanTree({ plan: masked }: { plan: FragmentType<typeof PlanTreeFragment> }) {
  const { t } = useTranslation()
  const format = useFormat()
  const plan = unmask(PlanTreeFragment, masked)
  const changes = plan.changes.map((change) => unmask(PlanChangeDocument, change))
  const outputs = plan.outputs.map((change) => unmask(PlanChangeDocument, change))
  const [actions, setActions] = useState<PlanAction[]>([])
  const [text, setText] = useState('')
  const shown = changes.filter((change) => wanted(change, actions, text))
  const many = changes.length > FEW
  const partly = plan.total > changes.length
  if (plan.total === 0 && outputs.length === 0) return <Text c="dimmed" size="sm" p="md">{t('run.plan.none')}</Text>
  return (
    <div>
      <Group className={classes.bar} gap="md">
        <Counts plan={plan} />
        {many && (
          <Group gap="xs" ml="auto">
            <Chip.Group multiple value={actions} onChange={(next) => { setActions(next as PlanAction[]) }}>
              <Group gap={4} role="group" aria-label={t('run.plan.actions')}>
                {KINDS.filter((kind) => partly || changes.some(({ action }) => action === kind)).map((kind) => (
                  <Chip key={kind} value={kind} size="xs" variant="light">{t(`run.plan.action.${kind}`)}</Chip>
                ))}
              </Group>
            </Chip.Group>
            <TextInput size="xs" type="search" value={text} onChange={(event) => { setText(event.currentTarget.value) }} placeholder={t('run.plan.filter')} aria-label={t('run.plan.filter')} leftSection={<IconSearch size={14} />} />
          </Group>
        )}
      </Group>
      {partly ? <PlanPages plan={plan.id} actions={actions} text={text} /> : <Module node={planTree(shown)} folded={many} />}
      {!partly && shown.length === 0 && changes.length > 0 && <Text c="dimmed" size="sm" p="md">{t('run.plan.nothingFound')}</Text>}
      {plan.truncated > 0 && <Alert color="gray" m="md">{t('run.plan.truncated', { count: plan.truncated, shown: format.number(plan.truncated) })}</Alert>}
      {outputs.length > 0 && (
        <>
          <div className={classes.module}>{t('run.plan.outputs')}</div>
          <ul className={classes.list}>
            {outputs.map((change) => <li key={change.name}><PlanChange change={change} title={change.name} folded /></li>)}
          </ul>
        </>
      )}
    </div>
  )
}

function Counts({ plan }: { plan: Plan }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <p className={classes.counts}>
      <span data-action="CREATE">{t('run.plan.add', { count: plan.add, shown: format.number(plan.add) })}</span>
      <span data-action="UPDATE">{t('run.plan.change', { count: plan.change, shown: format.number(plan.change) })}</span>
      <span data-action="DELETE">{t('run.plan.destroy', { count: plan.destroy, shown: format.number(plan.destroy) })}</span>
    </p>
  )
}

function Module({ node, folded }: { node: ModuleNode<PlanChangeFragment>; folded: boolean }) {
  return (
    <>
      {node.path !== '' && (
        <div className={classes.module}>
          <span className={classes.modulePath}>{node.path}</span>
          <Text size="xs" c="dimmed" span>{countChanges(node)}</Text>
        </div>
      )}
      {node.changes.length > 0 && (
        <ul className={classes.list}>
          {node.changes.map((change) => (
            <li key={change.address}><PlanChange change={change} title={titleOf(change)} folded={folded} /></li>
          ))}
        </ul>
      )}
      {node.modules.map((inner) => <Module key={inner.path} node={inner} folded={folded} />)}
    </>
  )
}
