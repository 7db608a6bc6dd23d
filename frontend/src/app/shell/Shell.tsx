import { AppShell, Badge, Box, Burger, Group, Text, UnstyledButton, Kbd } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { Link, useRouterState } from '@tanstack/react-router'
import { type ReactNode, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { ErrorBoundary } from '@/ui/ErrorBoundary'
import { Logo } from '@/ui/Logo'
import { CommandPalette, openPalette } from './CommandPalette'
import { ConnectionBanner, ConnectionDot } from './Connection'
import { Navigation } from './Navigation'
import { Shortcuts } from './Shortcuts'
import { UserMenu } from './UserMenu'
import classes from './Shell.module.css'

interface ShellProps {
  version: string
  demo: boolean
  children: ReactNode
}

/** The frame around every page behind the sign-in. */
export function Shell({ version, demo, children }: ShellProps) {
  const { t } = useTranslation()
  const [opened, { toggle, close }] = useDisclosure()
  const path = useRouterState({ select: (state) => state.location.pathname })
  useEffect(close, [path, close])
  return (
    <AppShell layout="alt" header={{ height: 52 }} navbar={{ width: 228, breakpoint: 'sm', collapsed: { mobile: !opened } }}>
      <a href="#content" className={classes.skip}>
        {t('shell.skip')}
      </a>
      <AppShell.Header className={classes.header}>
        <Group gap="xs" wrap="nowrap">
          <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={t(opened ? 'shell.menu.close' : 'shell.menu.open')} />
          <Box hiddenFrom="sm"><Logo /></Box>
          <UnstyledButton className={classes.search} onClick={openPalette} aria-keyshortcuts="Control+K">
            <IconSearch size={15} aria-hidden />
            <span>{t('shell.palette.open')}</span>
            <Kbd size="xs" visibleFrom="sm">Ctrl K</Kbd>
          </UnstyledButton>
        </Group>
        <Group gap="sm" wrap="nowrap">
          <ConnectionDot />
          <UserMenu />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes.navbar} aria-label={t('shell.nav.label')}>
        <Group justify="space-between" className={classes.brand}>
          <Link to="/" className={classes.home}>
            <Logo />
            <Text fw={680} size="lg" span>Arpent</Text>
          </Link>
          <Burger opened onClick={close} hiddenFrom="sm" size="sm" aria-label={t('shell.menu.close')} />
        </Group>
        <Navigation />
        <Group gap="xs" className={classes.foot}>
          <Text size="xs" c="dimmed">{version}</Text>
          {demo && <Badge size="xs" color="gray">demo</Badge>}
        </Group>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} className={classes.main}>
        <ConnectionBanner />
        <ErrorBoundary resetKey={path}>{children}</ErrorBoundary>
      </AppShell.Main>
      <CommandPalette />
      <Shortcuts />
    </AppShell>
  )
}
