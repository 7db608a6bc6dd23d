import { Button, Stack } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { Answer } from '@/api/Answer'
import { nodesOf } from '@/api/nodes'
import { useMay } from '@/api/viewer'
import { DeleteRoleDialog } from '@/features/role/DeleteRoleDialog'
import { PermissionMatrix } from '@/features/role/PermissionMatrix'
import { RoleDialog } from '@/features/role/RoleDialog'
import { graphql } from '@/gql'
import type { MatrixRoleFragment as Role } from '@/gql/graphql'
import { Page } from '@/ui/Page'
import { Panel } from '@/ui/Panel'

const RolesPageQuery = graphql(/* GraphQL */ `
  query RolesPage {
    roles(first: 100, orderBy: { field: RANK, direction: ASC }) {
      edges {
        node {
          id
          scope
          ...MatrixRole
        }
      }
    }
    installation {
      permissions {
        name
        scope
        title {
          en
          fr
        }
      }
    }
  }
`)

export const Route = createFileRoute('/_app/admin/roles')({ component: RolesPage })

function RolesPage() {
  const { t } = useTranslation()
  const mayManage = useMay('role.manage')
  const [editing, setEditing] = useState<Role | 'new' | null>(null)
  const [deleting, setDeleting] = useState<Role | null>(null)
  const [result, retry] = useQuery({ query: RolesPageQuery })
  const refresh = () => { retry({ requestPolicy: 'network-only' }) }
  return (
    <Page
      title={t('role.title')}
      lead={t('role.lead')}
      width="wide"
      actions={mayManage && <Button leftSection={<IconPlus size={16} />} onClick={() => { setEditing('new') }}>{t('role.create')}</Button>}
    >
      <Answer result={result} retry={refresh}>
        {({ roles, installation: { permissions } }) => {
          const all = nodesOf(roles)
          const handlers = { onEdit: setEditing, onDelete: setDeleting }
          return (
            <Stack gap="md">
              <Panel title={t('role.ofProjects')} flush>
                <PermissionMatrix label={t('role.ofProjects')} roles={all.filter(({ scope }) => scope === 'PROJECT')} permissions={permissions.filter(({ scope }) => scope === 'PROJECT')} {...handlers} />
              </Panel>
              <Panel title={t('role.ofPlatform')} flush>
                <PermissionMatrix label={t('role.ofPlatform')} roles={all.filter(({ scope }) => scope === 'PLATFORM')} permissions={permissions} {...handlers} />
              </Panel>
              <RoleDialog role={editing} permissions={permissions} onClose={() => { setEditing(null) }} onSaved={refresh} />
              <DeleteRoleDialog role={deleting} onClose={() => { setDeleting(null) }} onDeleted={refresh} />
            </Stack>
          )
        }}
      </Answer>
    </Page>
  )
}
