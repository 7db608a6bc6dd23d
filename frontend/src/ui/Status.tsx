import type { Icon } from '@tabler/icons-react'
import classes from './Status.module.css'

export type Tone = 'neutral' | 'info' | 'success' | 'warning' | 'danger'

interface StatusProps {
  tone: Tone
  icon: Icon
  label: string
  size?: 'sm' | 'md' | 'lg'
  /** Something is going on: the icon turns. */
  busy?: boolean
}

/** A state in one word, told by colour, icon and text alike. Tables have hundreds of them: it is as light as can be. */
export function Status({ tone, icon: Icon, label, size = 'md', busy }: StatusProps) {
  return (
    <span className={classes.badge} data-tone={tone} data-size={size}>
      <Icon size={13} stroke={2} className={busy ? classes.busy : undefined} aria-hidden />
      <span className={classes.label}>{label}</span>
    </span>
  )
}
