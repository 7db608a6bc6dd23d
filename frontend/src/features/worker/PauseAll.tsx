import { Button } from '@mantine/core'
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type FragmentType, unmask } from '@/gql'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { usePauseAll } from './usePause'
import { WorkerListItem } from './WorkerList'

/** Stops the queue, or lets it go on: every worker that is there is paused, or resumed. */
export function PauseAll({ workers: masked }: { workers: readonly FragmentType<typeof WorkerListItem>[] }) {
  const { t } = useTranslation()
  const [asking, setAsking] = useState(false)
  const workers = masked.map((one) => unmask(WorkerListItem, one)).filter(({ alive, paused }) => alive || paused)
  const [pause, busy] = usePauseAll(workers)
  return (
    <>
      {workers.some(({ paused }) => paused) && (
        <Button variant="default" loading={busy} leftSection={<IconPlayerPlay size={16} aria-hidden />} onClick={() => { pause(false) }}>{t('worker.resumeAll')}</Button>
      )}
      {workers.some(({ paused }) => !paused) && (
        <Button variant="default" loading={busy} leftSection={<IconPlayerPause size={16} aria-hidden />} onClick={() => { setAsking(true) }}>{t('worker.pauseAll')}</Button>
      )}
      <ConfirmDialog opened={asking} onClose={() => { setAsking(false) }} title={t('worker.pauseAll')} action={t('worker.pauseAll')} onConfirm={() => { setAsking(false); pause(true) }}>
        {t('worker.pauseAllHelp')}
      </ConfirmDialog>
    </>
  )
}
