import { Group, Text, Tooltip, VisuallyHidden } from '@mantine/core'
import type { CSSProperties } from 'react'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import { Panel } from '@/ui/Panel'
import { useCount } from './count'
import classes from './NetworkMap.module.css'

export const NetworkMapFields = graphql(/* GraphQL */ `
  fragment NetworkMap on Network {
    id
    cidr
    utilization {
      total
      free
      reserved
      claimed
      assigned
      used
    }
    map {
      cidr
      total
      used
    }
  }
`)

/** Up to so many parts each has room for its words. */
const FEW = 32
/** A part that is used at all is seen to be. */
const LEAST_SHOWN = 0.12

/** What is free in a network, part by part. */
export function NetworkMap({ network: masked }: { network: FragmentType<typeof NetworkMapFields> }) {
  const { t } = useTranslation()
  const count = useCount()
  const { utilization: has, map, cidr } = unmask(NetworkMapFields, masked)
  const few = map.length <= FEW
  return (
    <Panel title={t('network.map.title')} actions={<Text size="sm" c="dimmed">{t('network.free', { free: count(has.free), total: count(has.total) })}</Text>}>
      <ul className={classes.map} data-few={few || undefined} aria-label={t('network.map.label', { cidr })}>
        {map.map((block) => {
          const words = t('network.map.block', { cidr: block.cidr, used: count(String(block.used)), total: count(block.total) })
          const used = shareOf(block.used, block.total)
          return (
            <Tooltip key={block.cidr} label={words}>
              <li className={classes.block} style={{ '--block-used': used } as CSSProperties} data-full={(used >= 1 && block.total !== '0' && block.total !== '1') || undefined} data-never={block.total === '0' || undefined}>
                {few ? <>{block.cidr}<br />{count(String(block.used))} / {count(block.total)}</> : <VisuallyHidden>{words}</VisuallyHidden>}
              </li>
            </Tooltip>
          )
        })}
      </ul>
      <Group gap="lg" mt="md" fz="sm" c="dimmed">
        <Mark used={0} label={t('network.map.free')} />
        <Mark used={0.5} label={t('network.map.used')} />
        <Mark full label={t('network.map.full')} />
        <Mark never label={t('network.map.never')} />
      </Group>
      <Group gap="lg" mt={6} fz="sm" c="dimmed">
        <span>{t('network.assigned', { count: has.assigned })}</span>
        <span>{t('network.claimed', { count: has.claimed })}</span>
        <span>{t('network.reserved', { count: has.reserved })}</span>
      </Group>
    </Panel>
  )
}

/** Says what a block of this look means. */
function Mark({ used = 0, full, never, label }: { used?: number; full?: boolean; never?: boolean; label: string }) {
  return (
    <Group gap={6} wrap="nowrap">
      <span className={classes.block} data-mark style={{ '--block-used': used } as CSSProperties} data-full={full} data-never={never} aria-hidden />
      {label}
    </Group>
  )
}

/** How much of a part is used, from 0 to 1. Of a part that nobody can have anything of, all is used. */
export function shareOf(used: number, total: string): number {
  const all = Number(total)
  if (all === 0) return 1
  return used === 0 ? 0 : Math.min(1, Math.max(LEAST_SHOWN, used / all))
}
