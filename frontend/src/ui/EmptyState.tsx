import { Stack, Text, ThemeIcon, Title } from '@mantine/core'
import type { Icon } from '@tabler/icons-react'
import type { ReactNode } from 'react'

interface EmptyStateProps {
  icon: Icon
  title: string
  /** What to do next. */
  help?: ReactNode
  action?: ReactNode
  compact?: boolean
  /** It is the whole page: its title is the page's heading. */
  page?: boolean
}

/** What is shown where there is nothing yet: why, and what to do next. */
export function EmptyState({ icon: Icon, title, help, action, compact, page }: EmptyStateProps) {
  return (
    <Stack align="center" gap="xs" py={compact ? 'lg' : 48} px="md" ta="center">
      <ThemeIcon variant="light" color="gray" size={compact ? 36 : 48} radius="xl">
        <Icon size={compact ? 18 : 24} stroke={1.6} aria-hidden />
      </ThemeIcon>
      <Title order={page ? 1 : 2} size="h3" mt={4} tabIndex={page ? -1 : undefined} data-page-title={page}>
        {title}
      </Title>
      {help && (
        <Text c="dimmed" size="sm" maw={440}>
          {help}
        </Text>
      )}
      {action && <div style={{ marginTop: 8 }}>{action}</div>}
    </Stack>
  )
}
