import { Text } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { graphql } from '@/gql'
import type { PlanAction, PlanChangeFragment } from '@/gql/graphql'
import { useFormat } from '@/ui/format'
import { PlanAttributes } from './PlanAttributes'
import classes from './PlanTree.module.css'

export const PlanChangeDocument = graphql(/* GraphQL */ `
  fragment PlanChange on PlanChange {
    address
    module
    type
    name
    action
    reason
    omitted
    attributes {
      ...PlanAttribute
    }
  }
`)

const SIGNS: Record<PlanAction, string> = { CREATE: '+', UPDATE: '~', REPLACE: '±', DELETE: '−', READ: '≤', FORGET: '.', NO_OP: ' ' }

interface PlanChangeProps {
  change: PlanChangeFragment
  title: string
  /** Whether its values are hidden at first. */
  folded: boolean
  /** Of a row that comes and goes as the list is scrolled, whether it is open is kept by the list. */
  open?: boolean
  onOpen?: (open: boolean) => void
}

/** What happens to one thing, and on demand to each of its values. */
export function PlanChange({ change, title, folded, open: kept, onOpen }: PlanChangeProps) {
  const { t, i18n } = useTranslation()
  const format = useFormat()
  const [own, setOwn] = useState(!folded)
  const open = kept ?? own
  const reason = `run.plan.reason.${change.reason}`
  const empty = change.attributes.length === 0 && change.omitted === 0
  return (
    <div className={classes.change} data-action={change.action}>
      <button type="button" className={classes.head} aria-expanded={empty ? undefined : open} disabled={empty} onClick={() => { (onOpen ?? setOwn)(!open) }}>
        <IconChevronRight size={14} className={classes.chevron} data-hidden={empty || undefined} aria-hidden />
        <span className={classes.sign} aria-hidden>{SIGNS[change.action]}</span>
        <span className={classes.address}>{title}</span>
        <span className={classes.action}>{t(`run.plan.action.${change.action}`)}</span>
      </button>
      {change.reason !== '' && <Text size="xs" c="dimmed" className={classes.reason}>{i18n.exists(reason) ? t(reason as 'run.plan.reason.replace_because_cannot_update') : change.reason}</Text>}
      {open && !empty && <PlanAttributes attributes={change.attributes} action={change.action} />}
      {open && change.omitted > 0 && <Text size="xs" c="dimmed" className={classes.reason}>{t('run.plan.omitted', { count: change.omitted, values: format.number(change.omitted) })}</Text>}
    </div>
  )
}
