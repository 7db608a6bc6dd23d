import type { CombinedError } from '@urql/core'
import { IconPlugConnectedX } from '@tabler/icons-react'
import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '@/ui/EmptyState'
import { Loading } from '@/ui/Loading'

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
        help={result.error.graphQLErrors[0]?.message ?? t('common.error.network')}
        action={<Button variant="default" onClick={retry}>{t('common.action.retry')}</Button>}
      />
    </div>
  )
}
