import { ActionIcon, Group, VisuallyHidden } from '@mantine/core'
import { IconCheck, IconPencil, IconTrash } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import type { MatrixRoleFragment as Role } from '@/gql/graphql'
import { type LocalText, useText } from '@/ui/format'
import classes from './PermissionMatrix.module.css'

export const MatrixRole = graphql(/* GraphQL */ `
  fragment MatrixRole on Role {
    id
    key
    scope
    permissions
    builtIn
    title {
      en
      fr
    }
  }
`)

export interface Permission {
  name: string
  scope: 'PLATFORM' | 'PROJECT'
  title: LocalText
}

interface PermissionMatrixProps {
  label: string
  roles: readonly ({ id: string } & FragmentType<typeof MatrixRole>)[]
  permissions: readonly Permission[]
  onEdit: (role: Role) => void
  onDelete: (role: Role) => void
}

/** Which role allows what: permissions down, roles across, the strongest first. */
export function PermissionMatrix({ label, roles: masked, permissions, onEdit, onDelete }: PermissionMatrixProps) {
  const { t } = useTranslation()
  const text = useText()
  const roles = masked.map((role) => unmask(MatrixRole, role))
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keyboard
    <div className={classes.scroll} role="region" aria-label={label} tabIndex={0}>
      <table className={classes.matrix}>
        <thead>
          <tr>
            <td />
            {roles.map((role) => (
              <th key={role.id} scope="col">
                {text(role.title) || role.key}
                {!role.builtIn && (
                  <Group gap={2} justify="center" mt={4} wrap="nowrap">
                    <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t('role.editOne', { name: text(role.title) || role.key })} onClick={() => { onEdit(role) }}><IconPencil size={15} /></ActionIcon>
                    <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t('role.deleteOne', { name: text(role.title) || role.key })} onClick={() => { onDelete(role) }}><IconTrash size={15} /></ActionIcon>
                  </Group>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {permissions.map((permission) => (
            <tr key={permission.name}>
              <th scope="row">
                {text(permission.title)}
                <code>{permission.name}</code>
              </th>
              {roles.map((role) => <Cell key={role.id} allowed={role.permissions.includes(permission.name)} />)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Cell({ allowed }: { allowed: boolean }) {
  const { t } = useTranslation()
  return (
    <td className={allowed ? classes.yes : classes.no}>
      {allowed ? <IconCheck size={17} aria-hidden /> : <span aria-hidden>·</span>}
      <VisuallyHidden>{t(allowed ? 'role.allowed' : 'role.notAllowed')}</VisuallyHidden>
    </td>
  )
}
