import { Button, Group, Text } from '@mantine/core'
import { IconClock, IconSnowflake, IconSnowflakeOff } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { type FragmentType, graphql, unmask } from '@/gql'
import type { FreezeListItemFragment as Freeze } from '@/gql/graphql'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { useFormat } from '@/ui/format'
import { PageLink } from '@/ui/Page'
import { Row, Rows } from '@/ui/Rows'
import { Status } from '@/ui/Status'
import { useNow } from '@/ui/Time'

export const FreezeListItem = graphql(/* GraphQL */ `
  fragment FreezeListItem on Freeze {
    id
    reason
    startsAt
    endsAt
    liftedAt
    createdBy
    project {
      id
      acronym
      name
    }
  }
`)

const LiftFreeze = graphql(/* GraphQL */ `
  mutation LiftFreeze($input: LiftFreezeInput!) {
    liftFreeze(input: $input) {
      freeze {
        id
        ...FreezeListItem
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

interface FreezeListProps {
  freezes: readonly ({ id: string } & FragmentType<typeof FreezeListItem>)[]
  mayManage: boolean
}

export function FreezeList({ freezes, mayManage }: FreezeListProps) {
  const { t } = useTranslation()
  const [lifting, setLifting] = useState<Freeze | null>(null)
  const [lift, busy] = useAction(LiftFreeze, { success: t('freeze.lifted') })

  async function confirm() {
    if (lifting && (await lift({ input: { id: lifting.id } }))) setLifting(null)
  }

  return (
    <>
      <Rows label={t('freeze.title')}>
        {freezes.map((freeze) => <FreezeRow key={freeze.id} freeze={freeze} onLift={mayManage ? setLifting : undefined} />)}
      </Rows>
      <ConfirmDialog opened={lifting !== null} onClose={() => { setLifting(null) }} title={t('freeze.lift')} action={t('freeze.lift')} busy={busy} onConfirm={() => void confirm()}>
        {t('freeze.liftHelp', { reason: lifting?.reason ?? '' })}
      </ConfirmDialog>
    </>
  )
}

function FreezeRow({ freeze: masked, onLift }: { freeze: FragmentType<typeof FreezeListItem>; onLift?: (freeze: Freeze) => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const freeze = unmask(FreezeListItem, masked)
  const phase = phaseOf(freeze, useNow(15_000))
  return (
    <Row
      main={
        <>
          <Text fw={570}>{freeze.reason}</Text>
          <Group gap={6} c="dimmed" fz="sm">
            {freeze.project ? <PageLink to="/projects/$acronym" params={{ acronym: freeze.project.acronym }} size="sm">{freeze.project.name}</PageLink> : <span>{t('freeze.everywhere')}</span>}
            <span>· {t('freeze.window', { from: format.dateTime(freeze.startsAt), to: format.dateTime(freeze.endsAt) })}</span>
            <span>· {freeze.createdBy}</span>
          </Group>
        </>
      }
      aside={
        <>
          {phase === 'active' && <Status tone="info" icon={IconSnowflake} label={t('freeze.phase.active')} />}
          {phase === 'planned' && <Status tone="warning" icon={IconClock} label={t('freeze.phase.planned')} />}
          {(phase === 'over' || phase === 'lifted') && <Status tone="neutral" icon={IconSnowflakeOff} label={t(`freeze.phase.${phase}`)} />}
          {onLift && (phase === 'active' || phase === 'planned') && <Button size="compact-sm" variant="default" onClick={() => { onLift(freeze) }}>{t('freeze.lift')}</Button>}
        </>
      }
    />
  )
}

type Phase = 'planned' | 'active' | 'over' | 'lifted'

/** Where a freeze stands at a time, by the clock here, so that it ends on screen when it ends. */
export function phaseOf({ startsAt, endsAt, liftedAt }: { startsAt: string; endsAt: string; liftedAt?: string | null }, now: number): Phase {
  if (liftedAt) return 'lifted'
  if (now < new Date(startsAt).getTime()) return 'planned'
  return now < new Date(endsAt).getTime() ? 'active' : 'over'
}
