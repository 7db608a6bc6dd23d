import { ActionIcon, Avatar, Group, Select, Text, Tooltip } from '@mantine/core'
import { IconUserMinus } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { useViewer } from '@/api/viewer'
import { type FragmentType, graphql, unmask } from '@/gql'
import type { MemberListItemFragment } from '@/gql/graphql'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { useText } from '@/ui/format'
import { Row, Rows } from '@/ui/Rows'
import type { RoleChoice } from './RoleMeanings'

export const MemberListItem = graphql(/* GraphQL */ `
  fragment MemberListItem on Membership {
    id
    user {
      id
      name
      email
      status
    }
    role {
      id
      title {
        en
        fr
      }
    }
  }
`)

const UpdateMember = graphql(/* GraphQL */ `
  mutation UpdateMember($input: UpdateMemberInput!) {
    updateMember(input: $input) {
      membership {
        id
        ...MemberListItem
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

const RemoveMember = graphql(/* GraphQL */ `
  mutation RemoveMember($input: RemoveMemberInput!) {
    removeMember(input: $input) {
      project {
        id
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

interface MemberListProps {
  members: readonly ({ id: string } & FragmentType<typeof MemberListItem>)[]
  roles: readonly RoleChoice[]
  project: string
  mayManage: boolean
  onChanged: () => void
}

export function MemberList({ members, roles, project, mayManage, onChanged }: MemberListProps) {
  const { t } = useTranslation()
  const [leaving, setLeaving] = useState<MemberListItemFragment | null>(null)
  const [remove, busy] = useAction(RemoveMember, { success: t('member.removed', { name: leaving?.user.name ?? '' }) })

  async function confirm() {
    if (!leaving || !(await remove({ input: { id: leaving.id } }))) return
    setLeaving(null)
    onChanged()
  }

  return (
    <>
      <Rows label={t('member.title')}>
        {members.map((member) => (
          <MemberRow key={member.id} member={member} roles={roles} mayManage={mayManage} onRemove={setLeaving} />
        ))}
      </Rows>
      <ConfirmDialog opened={leaving !== null} onClose={() => { setLeaving(null) }} title={t('member.remove')} action={t('member.remove')} danger busy={busy} onConfirm={() => void confirm()}>
        {t('member.removeHelp', { name: leaving?.user.name ?? '', project })}
      </ConfirmDialog>
    </>
  )
}

interface MemberRowProps {
  member: FragmentType<typeof MemberListItem>
  roles: readonly RoleChoice[]
  mayManage: boolean
  onRemove: (member: MemberListItemFragment) => void
}

function MemberRow({ member: masked, roles, mayManage, onRemove }: MemberRowProps) {
  const { t } = useTranslation()
  const text = useText()
  const viewer = useViewer()
  const member = unmask(MemberListItem, masked)
  const [update, busy] = useAction(UpdateMember, { success: t('member.changed', { name: member.user.name }) })
  return (
    <Row
      lead={<Avatar name={member.user.name} color="initials" size={34} radius="xl" aria-hidden />}
      main={
        <>
          <Group gap={6}>
            <Text fw={570} span>{member.user.name}</Text>
            {member.user.id === viewer.id && <Text size="xs" c="dimmed" span>{t('member.you')}</Text>}
            {member.user.status === 'DISABLED' && <Text size="xs" c="var(--arpent-change)" span>{t('member.disabled')}</Text>}
          </Group>
          <Text size="sm" c="dimmed">{member.user.email}</Text>
        </>
      }
      aside={
        mayManage ? (
          <>
            <Select
              aria-label={t('member.roleOf', { name: member.user.name })}
              size="xs"
              w={168}
              allowDeselect={false}
              disabled={busy}
              value={member.role.id}
              data={roles.map((role) => ({ value: role.id, label: text(role.title) || role.key }))}
              onChange={(roleId) => void (roleId && roleId !== member.role.id && update({ input: { id: member.id, roleId } }))}
            />
            <Tooltip label={t('member.removeOne', { name: member.user.name })}>
              <ActionIcon variant="subtle" color="gray" aria-label={t('member.removeOne', { name: member.user.name })} onClick={() => { onRemove(member) }}>
                <IconUserMinus size={17} />
              </ActionIcon>
            </Tooltip>
          </>
        ) : (
          <Text size="sm" c="dimmed">{text(member.role.title)}</Text>
        )
      }
    />
  )
}
