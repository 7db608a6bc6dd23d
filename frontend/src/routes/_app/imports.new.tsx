import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Allowed } from '@/app/Allowed'
import { ImportWizard } from '@/features/import/ImportWizard'
import { Page, PageLink } from '@/ui/Page'

interface Search {
  provider?: string
  order?: string
}

export const Route = createFileRoute('/_app/imports/new')({
  validateSearch: ({ provider, order }): Search => ({
    provider: typeof provider === 'string' ? provider : undefined,
    order: typeof order === 'string' ? order : undefined,
  }),
  component: NewImportPage,
})

function NewImportPage() {
  const { t } = useTranslation()
  const navigate = Route.useNavigate()
  const { provider, order } = Route.useSearch()
  return (
    <Page title={t('import.new')} lead={t('import.newLead')} trail={[<PageLink key="imports" to="/imports">{t('import.sessions')}</PageLink>]} width="wide">
      <Allowed permission="inventory.manage">
        <ImportWizard
          provider={provider}
          order={order}
          onChoose={(search) => void navigate({ search, replace: true })}
          onImported={(sessionId) => void navigate({ to: '/imports/$sessionId', params: { sessionId } })}
        />
      </Allowed>
    </Page>
  )
}
