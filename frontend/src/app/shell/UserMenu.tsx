import { Avatar, NavLink, Popover, Stack, Text, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconKeyboard, IconLogout } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { signOut } from '@/api/session'
import { useAction } from '@/api/useAction'
import { useViewer } from '@/api/viewer'
import { graphql } from '@/gql'
import { LanguageSwitch } from './LanguageSwitch'
import { openShortcuts } from './Shortcuts'
import { ThemeSwitch } from './ThemeSwitch'

const SetLocale = graphql(/* GraphQL */ `
  mutation SetLocale($input: UpdateViewerInput!) {
    updateViewer(input: $input) {
      user {
        id
        locale
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

export function UserMenu() {
  const { t } = useTranslation()
  const viewer = useViewer()
  const [opened, { toggle, close }] = useDisclosure()
  const [setLocale] = useAction(SetLocale)
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
          <LanguageSwitch fullWidth onChange={(locale) => { void setLocale({ input: { locale } }) }} />
        </Stack>
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
