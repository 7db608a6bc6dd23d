import { List, Stack, Text } from '@mantine/core'
import type { ParseKeys } from 'i18next'
import { useTranslation } from 'react-i18next'
import { type LocalText, useText } from '@/ui/format'

/** A role that a member can have, as the pages read it. */
export interface RoleChoice {
  id: string
  key: string
  title: LocalText
  permissions: readonly string[]
}

export interface PermissionTitle {
  name: string
  title: LocalText
}

const KNOWN = ['ADMIN', 'EDITOR', 'CONTRIBUTOR', 'GUEST']

/** One sentence for the roles that every installation has; nothing for those defined here. */
export function useRoleMeaning() {
  const { t } = useTranslation()
  return (key: string) => (KNOWN.includes(key) ? t(`member.meaning.${key}` as ParseKeys) : '')
}

/** What each role allows, in words. */
export function RoleMeanings({ roles, permissions }: { roles: readonly RoleChoice[]; permissions: readonly PermissionTitle[] }) {
  const text = useText()
  const meaning = useRoleMeaning()
  const titles = new Map(permissions.map(({ name, title }) => [name, text(title)]))
  return (
    <Stack gap="md">
      {roles.map((role) => (
        <div key={role.id}>
          <Text fw={570} size="sm">{text(role.title) || role.key}</Text>
          {meaning(role.key) ? (
            <Text size="sm" c="dimmed">{meaning(role.key)}</Text>
          ) : (
            <List size="sm" c="dimmed" withPadding={false}>
              {role.permissions.map((name) => <List.Item key={name}>{titles.get(name) ?? name}</List.Item>)}
            </List>
          )}
        </div>
      ))}
    </Stack>
  )
}
