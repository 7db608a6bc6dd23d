import type { CombinedError } from '@urql/core'
import { IconPlugConnectedX } from '@tabler/icons-react'
import { Button, Code } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '@/ui/EmptyState'
import { Loading } from '@/ui/Loading'
import { requestIdOf } from './client'

interface AnswerProps<Data> {
  result: { data?: Data; error?: CombinedError; fetching: boolean }
  retry: () => void
  loading?: ReactNode
  children: (data: Data) => ReactNode
}

/** What a query has to say: its data if there is any, else that it is coming, else that it failed and may be tried again. */
export function Answer<Data>({ result, retry, loading, children }: AnswerProps<Data>) {
  const { t } = useTranslation()
  if (result.data) return <>{children(result.data)}</>
  if (!result.error) return <>{loading ?? <Loading />}</>
  return (
    <div role="alert">
      <EmptyState
        icon={IconPlugConnectedX}
        title={t('common.error.load')}
        help={<>{result.error.graphQLErrors[0]?.message ?? t('common.error.network')}<RequestId error={result.error} /></>}
        action={<Button variant="default" onClick={retry}>{t('common.action.retry')}</Button>}
      />
    </div>
  )
}

/** What to quote to the operators, where the server has told it. */
function RequestId({ error }: { error: CombinedError }) {
  const { t } = useTranslation()
  const id = requestIdOf(error)
  return id ? <span style={{ display: 'block', marginTop: 6 }}>{t('common.error.request')} <Code>{id}</Code></span> : null
}
