import { IconLock } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '@/api/viewer'
import { EmptyState } from '@/ui/EmptyState'

/** What only those may use who hold a permission everywhere. Others came by an address that somebody gave them: they are told before they fill anything in. */
export function Allowed({ permission, children }: { permission: string; children: ReactNode }) {
  const { t } = useTranslation()
  return useMay(permission) ? children : <EmptyState icon={IconLock} title={t('common.error.denied')} help={t('common.error.deniedHelp', { permission })} />
}
