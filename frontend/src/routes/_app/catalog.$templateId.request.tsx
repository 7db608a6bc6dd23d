import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Page, PageLink } from '@/ui/Page'

export const Route = createFileRoute('/_app/catalog/$templateId/request')({
  validateSearch: ({ project }): { project?: string } => ({ project: typeof project === 'string' ? project : undefined }),
  component: RequestPage,
})

function RequestPage() {
  const { t } = useTranslation()
  return (
    <Page title={t('template.request')} trail={[<PageLink key="catalog" to="/catalog">{t('template.catalog.title')}</PageLink>]}>
      {null}
    </Page>
  )
}
