import { Avatar, Menu, Text, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { IconKeyboard, IconLogout } from '@tabler/icons-react'
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
  const [setLocale] = useAction(SetLocale)
  return (
    <Menu position="bottom-end" width={248} shadow="md">
      <Menu.Target>
        <UnstyledButton style={{ borderRadius: '50%' }}>
          <Avatar name={viewer.name} color="initials" size={30} radius="xl" />
          <VisuallyHidden>{t('shell.menu.user')}</VisuallyHidden>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div style={{ padding: '6px 12px 10px' }}>
          <Text fw={600} size="sm" truncate>{viewer.name}</Text>
          <Text c="dimmed" size="xs" truncate>{viewer.email}</Text>
        </div>
        <Menu.Divider />
        <div style={{ padding: '6px 8px', display: 'grid', gap: 8 }}>
          <ThemeSwitch />
          <LanguageSwitch fullWidth onChange={(locale) => { void setLocale({ input: { locale } }) }} />
        </div>
        <Menu.Divider />
        <Menu.Item leftSection={<IconKeyboard size={16} />} onClick={openShortcuts}>{t('shell.shortcuts.help')}</Menu.Item>
        <Menu.Item
          leftSection={<IconLogout size={16} />}
          onClick={() => {
            void signOut().finally(() => { window.location.assign('/sign-in') })
          }}
        >
          {t('shell.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
