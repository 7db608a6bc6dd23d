import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { graphql } from '@/gql'
import type { MatrixRoleFragment as Role } from '@/gql/graphql'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { useText } from '@/ui/format'

const DeleteRole = graphql(/* GraphQL */ `
  mutation DeleteRole($input: DeleteRoleInput!) {
    deleteRole(input: $input) {
      id
      userErrors {
        code
        field
        message
      }
    }
  }
`)

export function DeleteRoleDialog({ role, onClose, onDeleted }: { role: Role | null; onClose: () => void; onDeleted: () => void }) {
  const { t } = useTranslation()
  const text = useText()
  const [remove, busy] = useAction(DeleteRole, { success: t('role.deleted') })

  async function confirm() {
    if (!role || !(await remove({ input: { id: role.id } }))) return
    onDeleted()
    onClose()
  }

  return (
    <ConfirmDialog opened={role !== null} onClose={onClose} title={t('role.delete')} action={t('role.delete')} danger busy={busy} onConfirm={() => void confirm()}>
      {t('role.deleteHelp', { name: text(role?.title) || (role?.key ?? '') })}
    </ConfirmDialog>
  )
}
