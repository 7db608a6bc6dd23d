import { Button } from '@mantine/core'
import { IconArrowBackUp } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { graphql } from '@/gql'
import { ConfirmDialog } from '@/ui/ConfirmDialog'

const RequeueRunMutation = graphql(/* GraphQL */ `
  mutation RequeueRun($input: RequeueRunInput!) {
    requeueRun(input: $input) {
      run {
        id
        status
        queuedAt
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

interface RequeueRunProps {
  run: { id: string; title: string }
  /** Who has it; nobody while it waits. */
  holder?: { name: string; alive: boolean }
}

/** Puts a run back into the queue, after saying what that does to who has it. */
export function RequeueRun({ run, holder }: RequeueRunProps) {
  const { t } = useTranslation()
  const [asking, setAsking] = useState(false)
  const [requeue, busy] = useAction(RequeueRunMutation, { success: t('worker.requeue.done', { run: run.title }) })
  const name = t('worker.requeue.one', { run: run.title })

  async function confirm() {
    if (await requeue({ input: { id: run.id } })) setAsking(false)
  }

  return (
    <>
      <Button size="compact-sm" variant="default" leftSection={<IconArrowBackUp size={14} aria-hidden />} aria-label={name} onClick={() => { setAsking(true) }}>
        {t('worker.requeue.action')}
      </Button>
      <ConfirmDialog opened={asking} onClose={() => { setAsking(false) }} title={name} action={t('worker.requeue.action')} danger={holder?.alive} busy={busy} onConfirm={() => void confirm()}>
        {holder ? t(holder.alive ? 'worker.requeue.held' : 'worker.requeue.silent', { worker: holder.name }) : t('worker.requeue.waiting')}
      </ConfirmDialog>
    </>
  )
}
