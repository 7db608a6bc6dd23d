import { Skeleton, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PlanAction, PlanChangeFragment } from '@/gql/graphql'
import { useFormat } from '@/ui/format'
import { PlanChange } from './PlanChange'
import { usePlanChanges } from './usePlanChanges'
import classes from './PlanTree.module.css'

const ROW = 37

interface PlanPagesProps {
  plan: string
  actions: readonly PlanAction[]
  text: string
}

/** The changes of a plan too large to be a page: only those in sight are in it, and more come as they are scrolled to. */
export function PlanPages({ plan, actions, text }: PlanPagesProps) {
  'use no memo' // the virtualizer is one object that changes inside
  const { t } = useTranslation()
  const format = useFormat()
  const [contains] = useDebouncedValue(text.trim(), 250)
  const { changes, found, loading, failed, cut, reach } = usePlanChanges(plan, actions, contains)
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const frame = useRef<HTMLDivElement>(null)
  // eslint-disable-next-line react-hooks/incompatible-library -- known to the line above
  const virtual = useVirtualizer({ count: changes.length, getScrollElement: () => frame.current, estimateSize: () => ROW, overscan: 12 })
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => { reach(last + 50) }, [reach, last])
  if (found === 0) return <Text c="dimmed" size="sm" p="md">{t('run.plan.nothingFound')}</Text>
  if (failed && changes.length === 0) return <Text c="dimmed" size="sm" p="md" role="alert">{t('common.error.load')}</Text>
  const turn = (address: string, opened: boolean) => { setOpen(opened ? new Set([...open, address]) : new Set([...open].filter((one) => one !== address))) }
  return (
    <>
      <Text size="xs" c="dimmed" className={classes.found} aria-live="polite">
        {found !== undefined && t('run.plan.found', { count: found, changes: format.number(found) })}
        {cut && ` ${t('run.plan.narrow', { changes: format.number(changes.length) })}`}
      </Text>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls has to be reached by keyboard */}
      <div ref={frame} className={classes.frame} role="region" aria-label={t('run.plan.label')} tabIndex={0}>
        <div className={classes.sheet} style={{ height: virtual.getTotalSize() }}>
          {items.map(({ key, index, start }) => {
            const change = changes[index]
            if (!change) return null
            return (
              <div key={key} ref={virtual.measureElement} data-index={index} className={classes.placed} style={{ transform: `translateY(${String(start)}px)` }}>
                {change.module !== '' && change.module !== changes[index - 1]?.module && <div className={classes.module}><span className={classes.modulePath}>{change.module}</span></div>}
                <PlanChange change={change} title={titleOf(change)} folded open={open.has(change.address)} onOpen={(opened) => { turn(change.address, opened) }} />
              </div>
            )
          })}
        </div>
        {loading && <Skeleton height={ROW - 9} m="xs" />}
      </div>
    </>
  )
}

/** The address within its module. */
export function titleOf({ address, module }: Pick<PlanChangeFragment, 'address' | 'module'>): string {
  return address.slice(module ? module.length + 1 : 0)
}
