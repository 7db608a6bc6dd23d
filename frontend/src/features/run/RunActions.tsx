import { Button } from '@mantine/core'
import { IconPlayerStop, IconRefresh } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { type FragmentType, graphql, unmask } from '@/gql'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { useRetry } from './useRetry'

export const RunActionsFragment = graphql(/* GraphQL */ `
  fragment RunActions on Run {
    id
    status
    phase
    viewerCanCancel
    viewerCanRetry
  }
`)

const CancelRun = graphql(/* GraphQL */ `
  mutation CancelRun($input: CancelRunInput!) {
    cancelRun(input: $input) {
      run {
        id
        ...RunActions
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

/** What can be done with a run now: cancel it, or do it again. */
export function RunActions({ run: masked, onRetried }: { run: FragmentType<typeof RunActionsFragment>; onRetried: (id: string) => void }) {
  const { t } = useTranslation()
  const run = unmask(RunActionsFragment, masked)
  const [asking, setAsking] = useState(false)
  const [cancel, canceling] = useAction(CancelRun)
  const retry = useRetry(onRetried)

  return (
    <>
      {run.viewerCanRetry && <Button variant="default" leftSection={<IconRefresh size={16} />} loading={retry.busy} onClick={() => { retry.act(run.id) }}>{t('run.action.retry')}</Button>}
      {run.viewerCanCancel && <Button variant="default" leftSection={<IconPlayerStop size={16} />} loading={canceling} onClick={() => { setAsking(true) }}>{t('run.action.cancel')}</Button>}
      <ConfirmDialog
        opened={asking}
        onClose={() => { setAsking(false) }}
        title={t('run.cancel.title')}
        action={t('run.action.cancel')}
        danger
        busy={canceling}
        onConfirm={() => void cancel({ input: { id: run.id } }).then(() => { setAsking(false) })}
      >
        {t(run.status === 'RUNNING' && run.phase === 'APPLY' ? 'run.cancel.applying' : 'run.cancel.before')}
      </ConfirmDialog>
    </>
  )
}
