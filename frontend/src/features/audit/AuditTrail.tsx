import { Loader, Text } from '@mantine/core'
import { useIntersection } from '@mantine/hooks'
import { IconHistory } from '@tabler/icons-react'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import type { EventWhereInput } from '@/gql/graphql'
import { EmptyState } from '@/ui/EmptyState'
import { AuditEvent } from './AuditEvent'
import classes from './AuditTrail.module.css'
import type { AuditFilter } from './filter'
import { useEventPages } from './useEventPages'

interface AuditTrailProps {
  where: EventWhereInput
  filtered: boolean
  /** Whether before and after, addresses and request ids are for the viewer to see. */
  mayInspect: boolean
  onFilter: (change: AuditFilter) => void
}

/** What happened, the newest first; what happens appears on top, and the past as far as one scrolls. */
export function AuditTrail({ where, filtered, mayInspect, onFilter }: AuditTrailProps) {
  const { t } = useTranslation()
  const { result, retry, events, more, loading, loadMore } = useEventPages(where)
  return (
    <Answer result={result} retry={retry}>
      {() =>
        events.length === 0 ? (
          <EmptyState icon={IconHistory} title={t(filtered ? 'audit.nothingFound' : 'audit.empty')} help={t(filtered ? 'audit.nothingFoundHelp' : 'audit.emptyHelp')} />
        ) : (
          <>
            <ol className={classes.trail} aria-label={t('audit.title')} aria-busy={loading}>
              {events.map((event) => <AuditEvent key={event.id} event={event} mayInspect={mayInspect} onFilter={onFilter} />)}
            </ol>
            {more ? <Sentinel busy={loading} onReached={loadMore} /> : <Text size="sm" c="dimmed" ta="center" mt="md">{t('audit.end')}</Text>}
          </>
        )
      }
    </Answer>
  )
}

/** Asks for more when it comes into view. */
function Sentinel({ busy, onReached }: { busy: boolean; onReached: () => void }) {
  const { ref, entry } = useIntersection({ rootMargin: '400px' })
  const reached = entry?.isIntersecting ?? false
  useEffect(() => {
    if (reached && !busy) onReached()
  }, [reached, busy, onReached])
  return <div ref={ref} className={classes.sentinel}>{busy && <Loader size="sm" />}</div>
}
