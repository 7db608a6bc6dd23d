import { CombinedError } from '@urql/core'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/ui/ErrorBoundary'

/** How often a server that is away is asked whether it is back. */
const ASK_AGAIN_MS = 3_000

/** A page that does not come: because it fails, or because the server is away. Then it comes by itself once the server is back. */
export function RouteFailure({ error, onBack, onRetry }: { error: unknown; onBack: () => void; onRetry: () => void }) {
  const { t } = useTranslation()
  const away = isAway(error)
  useEffect(() => {
    if (!away) return
    const timer = setInterval(() => void isBack().then((back) => { if (back) onBack() }), ASK_AGAIN_MS)
    return () => { clearInterval(timer) }
  }, [away, onBack])
  if (!away) return <Failure onRetry={onRetry} />
  return <Failure title={t('common.error.away')} help={t('common.error.awayHelp')} onRetry={onRetry} />
}

/** Tells whether nothing was answered at all, neither data nor a part of the program. */
export function isAway(error: unknown): boolean {
  if (error instanceof CombinedError) return error.networkError !== undefined && (error.response === undefined || (error.response as Response).status >= 500)
  return error instanceof Error && /dynamically imported module|importing a module script/i.test(error.message)
}

async function isBack(): Promise<boolean> {
  return fetch('/readyz').then(({ ok }) => ok, () => false)
}
