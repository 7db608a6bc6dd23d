import { Avatar, Button, Group, Menu, Text } from '@mantine/core'
import { IconDots, IconUserCheck, IconUserOff, IconUserShield } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { useViewer } from '@/api/viewer'
import { type FragmentType, graphql, unmask } from '@/gql'
import type { PersonListItemFragment as Person } from '@/gql/graphql'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { type LocalText, useText } from '@/ui/format'
import { Row, Rows } from '@/ui/Rows'
import { Status } from '@/ui/Status'
import { TimeAgo } from '@/ui/Time'
import { PlatformRoleDialog } from './PlatformRoleDialog'
import { UpdateUser } from './update'

export const PersonListItem = graphql(/* GraphQL */ `
  fragment PersonListItem on User {
    id
    name
    email
    status
    lastSeenAt
  }
`)

export interface PlatformRole {
  id: string
  key: string
  title: LocalText
}

interface PersonListProps {
  people: readonly ({ id: string } & FragmentType<typeof PersonListItem>)[]
  roles: readonly PlatformRole[]
  /** Whose platform role is which: role ids by user ids. */
  roleOf: ReadonlyMap<string, string>
}

export function PersonList({ people, roles, roleOf }: PersonListProps) {
  const { t } = useTranslation()
  const [disabling, setDisabling] = useState<Person | null>(null)
  const [changing, setChanging] = useState<Person | null>(null)
  const [update, busy] = useAction(UpdateUser, { success: t('person.disabled', { name: disabling?.name ?? '' }) })

  async function disable() {
    if (disabling && (await update({ input: { id: disabling.id, status: 'DISABLED' } }))) setDisabling(null)
  }

  return (
    <>
      <Rows label={t('person.title')}>
        {people.map((person) => (
          <PersonRow key={person.id} person={person} role={roles.find(({ id }) => id === roleOf.get(person.id))} onDisable={setDisabling} onChangeRole={setChanging} />
        ))}
      </Rows>
      <PlatformRoleDialog person={changing} roles={roles} roleId={changing ? (roleOf.get(changing.id) ?? '') : ''} onClose={() => { setChanging(null) }} />
      <ConfirmDialog opened={disabling !== null} onClose={() => { setDisabling(null) }} title={t('person.disableTitle', { name: disabling?.name ?? '' })} action={t('person.disable')} danger busy={busy} onConfirm={() => void disable()}>
        {t('person.disableHelp')}
      </ConfirmDialog>
    </>
  )
}

interface PersonRowProps {
  person: FragmentType<typeof PersonListItem>
  role?: PlatformRole
  onDisable: (person: Person) => void
  onChangeRole: (person: Person) => void
}

function PersonRow({ person: masked, role, onDisable, onChangeRole }: PersonRowProps) {
  const { t } = useTranslation()
  const text = useText()
  const viewer = useViewer()
  const person = unmask(PersonListItem, masked)
  const [enable, busy] = useAction(UpdateUser, { success: t('person.enabled', { name: person.name }) })
  const disabled = person.status === 'DISABLED'
  return (
    <Row
      lead={<Avatar name={person.name} color="initials" size={34} radius="xl" aria-hidden style={disabled ? { opacity: 0.5 } : undefined} />}
      main={
        <>
          <Group gap={6}>
            <Text fw={570} span c={disabled ? 'dimmed' : undefined}>{person.name}</Text>
            {person.id === viewer.id && <Text size="xs" c="dimmed" span>{t('person.you')}</Text>}
          </Group>
          <Text size="sm" c="dimmed">{person.email}</Text>
        </>
      }
      aside={
        <>
          {role && <Status tone="neutral" icon={IconUserShield} label={text(role.title) || role.key} />}
          {disabled && <Status tone="warning" icon={IconUserOff} label={t('person.status.DISABLED')} />}
          <Text size="sm" c="dimmed" ta="right" miw={100} visibleFrom="sm"><TimeAgo value={person.lastSeenAt} brief /></Text>
          <Menu position="bottom-end" shadow="md">
            <Menu.Target>
              <Button variant="subtle" color="gray" size="compact-sm" loading={busy} aria-label={t('person.actionsOf', { name: person.name })}><IconDots size={17} /></Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconUserShield size={16} />} onClick={() => { onChangeRole(person) }}>{t('person.changeRole')}</Menu.Item>
              {disabled ? (
                <Menu.Item leftSection={<IconUserCheck size={16} />} onClick={() => void enable({ input: { id: person.id, status: 'ACTIVE' } })}>{t('person.enable')}</Menu.Item>
              ) : (
                <Menu.Item leftSection={<IconUserOff size={16} />} c="var(--arpent-destroy)" disabled={person.id === viewer.id} onClick={() => { onDisable(person) }}>{t('person.disable')}</Menu.Item>
              )}
            </Menu.Dropdown>
          </Menu>
        </>
      }
    />
  )
}
