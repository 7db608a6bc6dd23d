import { IconMapOff } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '@/ui/EmptyState'
import { PageLink, useDocumentTitle } from '@/ui/Page'

export function NotFound() {
  const { t } = useTranslation()
  useDocumentTitle(t('common.error.notFound'))
  return (
    <EmptyState
      page
      icon={IconMapOff}
      title={t('common.error.notFound')}
      help={t('common.error.notFoundHelp')}
      action={<PageLink to="/">{t('common.error.home')}</PageLink>}
    />
  )
}
