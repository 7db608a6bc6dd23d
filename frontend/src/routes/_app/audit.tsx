import { createFileRoute } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '@/api/viewer'
import { AuditFilters } from '@/features/audit/AuditFilters'
import { AuditTrail } from '@/features/audit/AuditTrail'
import { type AuditFilter, readFilter, whereOf } from '@/features/audit/filter'
import { Page } from '@/ui/Page'

export const Route = createFileRoute('/_app/audit')({ validateSearch: readFilter, component: AuditPage })

function AuditPage() {
  const { t } = useTranslation()
  const filter = Route.useSearch()
  const navigate = Route.useNavigate()
  const mayInspect = useMay('event.read')
  const key = JSON.stringify(filter)
  const where = useMemo(() => whereOf(JSON.parse(key) as AuditFilter), [key])
  const onFilter = (change: AuditFilter) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true })
  return (
    <Page
      title={t('audit.title')}
      lead={t('audit.lead')}
      width="wide"
      bar={<AuditFilters filter={filter} onFilter={onFilter} onClear={() => void navigate({ search: {}, replace: true })} />}
    >
      <AuditTrail key={key} where={where} filtered={key !== '{}'} mayInspect={mayInspect} onFilter={onFilter} />
    </Page>
  )
}
