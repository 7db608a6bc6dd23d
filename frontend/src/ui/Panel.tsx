import { Group, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { ErrorBoundary } from './ErrorBoundary'
import classes from './Panel.module.css'

interface PanelProps {
  title?: ReactNode
  actions?: ReactNode
  /** No room around the content: for lists, logs and trees. */
  flush?: boolean
  tone?: 'warning' | 'danger' | 'success'
  children: ReactNode
}

/** A titled region of a page. What fails within it fails alone. */
export function Panel({ title, actions, flush, tone, children }: PanelProps) {
  return (
    <section className={classes.panel} data-tone={tone}>
      {(title ?? actions) && (
        <Group justify="space-between" className={classes.head}>
          <Title order={2} size="h3">{title}</Title>
          {actions && <Group gap="xs">{actions}</Group>}
        </Group>
      )}
      <div className={flush ? classes.flush : classes.body}>
        <ErrorBoundary>{children}</ErrorBoundary>
      </div>
    </section>
  )
}
