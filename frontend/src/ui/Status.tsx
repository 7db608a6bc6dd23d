import { Badge, type BadgeProps } from '@mantine/core'
import type { Icon } from '@tabler/icons-react'
import classes from './Status.module.css'

export type Tone = 'neutral' | 'info' | 'success' | 'warning' | 'danger'

const COLORS: Record<Tone, string> = { neutral: 'gray', info: 'blue', success: 'green', warning: 'orange', danger: 'red' }

interface StatusProps extends Omit<BadgeProps, 'color' | 'children' | 'leftSection'> {
  tone: Tone
  icon: Icon
  label: string
  /** Something is going on: the icon turns. */
  busy?: boolean
}

/** A state in one word, told by colour, icon and text alike. */
export function Status({ tone, icon: Icon, label, busy, ...badge }: StatusProps) {
  return (
    <Badge
      {...badge}
      color={COLORS[tone]}
      className={classes.badge}
      data-tone={tone}
      leftSection={<Icon size={13} stroke={2} className={busy ? classes.busy : undefined} aria-hidden />}
    >
      {label}
    </Badge>
  )
}
