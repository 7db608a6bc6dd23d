import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import { Facts } from '@/ui/Facts'
import { useFormat } from '@/ui/format'
import { PageLink } from '@/ui/Page'
import { Panel } from '@/ui/Panel'

export const SessionFactsFields = graphql(/* GraphQL */ `
  fragment SessionFacts on ImportSession {
    id
    fileName
    sha256
    createdAt
    createdBy
    added
    changed
    unchanged
    provider {
      id
      name
    }
    order {
      id
      number
      title
    }
  }
`)

export function SessionFacts({ session: masked }: { session: FragmentType<typeof SessionFactsFields> }) {
  const { t } = useTranslation()
  const format = useFormat()
  const session = unmask(SessionFactsFields, masked)
  return (
    <Panel title={t('import.details')}>
      <Facts
        facts={[
          [t('import.provider'), <PageLink key="provider" to="/providers/$providerId" params={{ providerId: session.provider.id }}>{session.provider.name}</PageLink>],
          [t('import.order'), session.order && <PageLink to="/orders/$orderId" params={{ orderId: session.order.id }}>{session.order.number} · {session.order.title}</PageLink>],
          [t('import.by'), session.createdBy],
          [t('import.at'), format.dateTime(session.createdAt)],
          [t('import.outcome.ADDED'), format.number(session.added)],
          [t('import.outcome.CHANGED'), format.number(session.changed)],
          [t('import.outcome.UNCHANGED'), format.number(session.unchanged)],
          [t('import.sum'), <code key="sum" style={{ fontSize: 'var(--mantine-font-size-xs)' }}>{session.sha256.slice(0, 16)}…</code>],
        ]}
      />
    </Panel>
  )
}
