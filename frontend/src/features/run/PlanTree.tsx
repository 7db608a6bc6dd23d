import { Alert, Chip, Group, Text, TextInput } from '@mantine/core'
import { IconChevronRight, IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import type { PlanAction, PlanTreeFragment as Plan } from '@/gql/graphql'
import { useFormat } from '@/ui/format'
import { countChanges, type ModuleNode, planTree, wanted } from './plan'
import { PlanAttributes } from './PlanAttributes'
import classes from './PlanTree.module.css'

export const PlanTreeFragment = graphql(/* GraphQL */ `
  fragment PlanTree on RunPlan {
    id
    add
    change
    destroy
    truncated
    changes {
      address
      module
      type
      name
      action
      reason
      attributes {
        ...PlanAttribute
      }
    }
    outputs {
      address
      module
      type
      name
      action
      reason
      attributes {
        ...PlanAttribute
      }
    }
  }
`)

type PlanChange = Plan['changes'][number]

/** With more than this, changes begin folded and can be filtered. */
const FEW = 8
const KINDS: PlanAction[] = ['CREATE', 'UPDATE', 'REPLACE', 'DELETE']

/** A plan as the tree of what it does, module by module, each change with its values before and after. */
export function PlanTree({ plan: masked }: { plan: FragmentType<typeof PlanTreeFragment> }) {
  const { t } = useTranslation()
  const format = useFormat()
  const plan = unmask(PlanTreeFragment, masked)
  const [actions, setActions] = useState<PlanAction[]>([])
  const [text, setText] = useState('')
  const shown = plan.changes.filter((change) => wanted(change, actions, text))
  const many = plan.changes.length > FEW
  if (plan.changes.length === 0 && plan.outputs.length === 0) return <Text c="dimmed" size="sm" p="md">{t('run.plan.none')}</Text>
  return (
    <div>
      <Group className={classes.bar} gap="md">
        <Counts plan={plan} />
        {many && (
          <Group gap="xs" ml="auto">
            <Chip.Group multiple value={actions} onChange={(next) => { setActions(next as PlanAction[]) }}>
              <Group gap={4}>
                {KINDS.filter((kind) => plan.changes.some(({ action }) => action === kind)).map((kind) => (
                  <Chip key={kind} value={kind} size="xs" variant="light">{t(`run.plan.action.${kind}`)}</Chip>
                ))}
              </Group>
            </Chip.Group>
            <TextInput size="xs" type="search" value={text} onChange={(event) => { setText(event.currentTarget.value) }} placeholder={t('run.plan.filter')} aria-label={t('run.plan.filter')} leftSection={<IconSearch size={14} />} />
          </Group>
        )}
      </Group>
      <Module node={planTree(shown)} folded={many} />
      {shown.length === 0 && plan.changes.length > 0 && <Text c="dimmed" size="sm" p="md">{t('run.plan.nothingFound')}</Text>}
      {plan.truncated > 0 && <Alert color="gray" m="md">{t('run.plan.truncated', { count: plan.truncated, shown: format.number(plan.truncated) })}</Alert>}
      {plan.outputs.length > 0 && (
        <>
          <div className={classes.module}>{t('run.plan.outputs')}</div>
          <ul className={classes.list}>
            {plan.outputs.map((change) => <ChangeRow key={change.name} change={change} title={change.name} folded />)}
          </ul>
        </>
      )}
    </div>
  )
}

function Counts({ plan }: { plan: Plan }) {
  const { t } = useTranslation()
  return (
    <p className={classes.counts}>
      <span data-action="CREATE">{t('run.plan.add', { count: plan.add })}</span>
      <span data-action="UPDATE">{t('run.plan.change', { count: plan.change })}</span>
      <span data-action="DELETE">{t('run.plan.destroy', { count: plan.destroy })}</span>
    </p>
  )
}

function Module({ node, folded }: { node: ModuleNode<PlanChange>; folded: boolean }) {
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
            <ChangeRow key={change.address} change={change} title={change.address.slice(node.path ? node.path.length + 1 : 0)} folded={folded} />
          ))}
        </ul>
      )}
      {node.modules.map((inner) => <Module key={inner.path} node={inner} folded={folded} />)}
    </>
  )
}

const SIGNS: Record<PlanAction, string> = { CREATE: '+', UPDATE: '~', REPLACE: '±', DELETE: '−', READ: '≤', FORGET: '.', NO_OP: ' ' }

function ChangeRow({ change, title, folded }: { change: PlanChange; title: string; folded: boolean }) {
  const { t, i18n } = useTranslation()
  const [open, setOpen] = useState(!folded)
  const reason = `run.plan.reason.${change.reason}`
  const empty = change.attributes.length === 0
  return (
    <li className={classes.change} data-action={change.action}>
      <button type="button" className={classes.head} aria-expanded={empty ? undefined : open} disabled={empty} onClick={() => { setOpen(!open) }}>
        <IconChevronRight size={14} className={classes.chevron} data-hidden={empty || undefined} aria-hidden />
        <span className={classes.sign} aria-hidden>{SIGNS[change.action]}</span>
        <span className={classes.address}>{title}</span>
        <span className={classes.action}>{t(`run.plan.action.${change.action}`)}</span>
      </button>
      {change.reason !== '' && <Text size="xs" c="dimmed" className={classes.reason}>{i18n.exists(reason) ? t(reason as 'run.plan.reason.replace_because_cannot_update') : change.reason}</Text>}
      {open && !empty && <PlanAttributes attributes={change.attributes} action={change.action} />}
    </li>
  )
}
