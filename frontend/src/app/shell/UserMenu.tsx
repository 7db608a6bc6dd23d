import { Avatar, NavLink, Popover, Stack, Text, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconKeyboard, IconLogout, IconUserCircle } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { signOut } from '@/api/session'
import { useViewer } from '@/api/viewer'
import { PreferredLanguage } from './PreferredLanguage'
import { openShortcuts } from './Shortcuts'
import { ThemeSwitch } from './ThemeSwitch'

export function UserMenu() {
  const { t } = useTranslation()
  const viewer = useViewer()
  const [opened, { toggle, close }] = useDisclosure()
  const navigate = useNavigate()
  return (
    <Popover position="bottom-end" width={248} shadow="md" opened={opened} onDismiss={close} trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton style={{ borderRadius: '50%' }} onClick={toggle}>
          <Avatar name={viewer.name} color="initials" size={30} radius="xl" />
          <VisuallyHidden>{t('shell.menu.user')}</VisuallyHidden>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown p="xs" aria-label={t('shell.menu.user')}>
        <div style={{ padding: '2px 8px 8px' }}>
          <Text fw={600} size="sm" truncate>{viewer.name}</Text>
          <Text c="dimmed" size="xs" truncate>{viewer.email}</Text>
        </div>
        <Stack gap={8} mb="xs">
          <ThemeSwitch />
          <PreferredLanguage />
        </Stack>
        <Choice icon={<IconUserCircle size={16} />} label={t('shell.menu.profile')} onClick={() => { close(); void navigate({ to: '/profile' }) }} />
        <Choice icon={<IconKeyboard size={16} />} label={t('shell.shortcuts.help')} onClick={() => { close(); openShortcuts() }} />
        <Choice
          icon={<IconLogout size={16} />}
          label={t('shell.signOut')}
          onClick={() => {
            void signOut().finally(() => { window.location.assign('/sign-in') })
          }}
        />
      </Popover.Dropdown>
    </Popover>
  )
}

function Choice({ icon, label, onClick }: { icon: ReactNode; label: string; onClick: () => void }) {
  return <NavLink component="button" type="button" leftSection={icon} label={label} onClick={onClick} style={{ borderRadius: 'var(--mantine-radius-md)' }} />
}
