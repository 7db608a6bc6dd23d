import { Radio, Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useText } from '@/ui/format'
import type { PlatformRole } from './PersonList'

interface PlatformRoleFieldProps {
  roles: readonly PlatformRole[]
  /** The id of a role, or nothing. */
  value: string
  onChange: (id: string) => void
  error?: string
}

/** A role that holds everywhere, or none: then only the roles in projects count. */
export function PlatformRoleField({ roles, value, onChange, error }: PlatformRoleFieldProps) {
  const { t } = useTranslation()
  const text = useText()
  return (
    <Radio.Group label={t('person.role')} description={t('person.roleHelp')} value={value} onChange={onChange} error={error}>
      <Stack gap="xs" mt={8}>
        <Radio value="" label={t('person.noRole')} />
        {roles.map((role) => <Radio key={role.id} value={role.id} label={text(role.title) || role.key} />)}
      </Stack>
    </Radio.Group>
  )
}
