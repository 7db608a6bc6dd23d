import { Anchor, Box, Breadcrumbs, Group, Text, Title } from '@mantine/core'
import { createLink, type LinkComponent } from '@tanstack/react-router'
import { type ComponentProps, type ReactNode, useEffect } from 'react'
import classes from './Page.module.css'

/** A link within the portal, typed by the routes there are. */
const RoutedAnchor = createLink(Anchor<'a'>)
export const PageLink: LinkComponent<typeof Anchor<'a'>> = (props) => <RoutedAnchor {...props} />

interface PageProps {
  /** For the browser's tab; also the heading unless `heading` says more. */
  title: string
  heading?: ReactNode
  lead?: ReactNode
  /** Where the page belongs, outermost first. */
  trail?: ReactNode[]
  actions?: ReactNode
  /** Tabs, filters: what belongs to the head of the page. */
  bar?: ReactNode
  /** Narrow for forms, wide for tables and logs. */
  width?: 'narrow' | 'normal' | 'wide'
  children: ReactNode
}

const WIDTHS = { narrow: 760, normal: 1160, wide: 1480 }

/** The frame of every page: title, place, what can be done here. */
export function Page({ title, heading, lead, trail, actions, bar, width = 'normal', children }: PageProps) {
  useDocumentTitle(title)
  return (
    <Box className={classes.page} maw={WIDTHS[width]}>
      <header className={classes.head}>
        {trail && trail.length > 0 && (
          <Breadcrumbs className={classes.trail} separatorMargin={6}>
            {trail.map((place, index) => (
              <span key={index}>{place}</span>
            ))}
          </Breadcrumbs>
        )}
        <Group justify="space-between" align="flex-start" gap="sm">
          <Box miw={0} flex="1 1 16rem">
            <Title order={1} tabIndex={-1} data-page-title className={classes.title}>
              {heading ?? title}
            </Title>
            {lead && (
              <Text component="div" c="dimmed" size="sm" mt={4}>
                {lead}
              </Text>
            )}
          </Box>
          {actions && <Group gap="xs">{actions}</Group>}
        </Group>
        {bar}
      </header>
      {children}
    </Box>
  )
}

export function useDocumentTitle(title: string) {
  useEffect(() => {
    document.title = title ? `${title} · Arpent` : 'Arpent'
  }, [title])
}

export type PageLinkProps = ComponentProps<typeof PageLink>
