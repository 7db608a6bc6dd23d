import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Allowed } from '@/app/Allowed'
import { OrderForm } from '@/features/order/OrderForm'
import { Page, PageLink } from '@/ui/Page'

export const Route = createFileRoute('/_app/orders/new')({
  validateSearch: ({ provider }): { provider?: string } => ({ provider: typeof provider === 'string' ? provider : undefined }),
  component: NewOrderPage,
})

function NewOrderPage() {
  const { t } = useTranslation()
  const navigate = Route.useNavigate()
  const { provider } = Route.useSearch()
  return (
    <Page title={t('order.add')} lead={t('order.addLead')} trail={[<PageLink key="orders" to="/orders">{t('order.title')}</PageLink>]}>
      <Allowed permission="inventory.manage">
        <OrderForm provider={provider} onCreated={(orderId) => void navigate({ to: '/orders/$orderId', params: { orderId } })} />
      </Allowed>
    </Page>
  )
}
