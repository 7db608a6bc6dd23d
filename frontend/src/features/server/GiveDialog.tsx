import { Text, Textarea } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { ProjectChooser } from '@/api/Chooser'
import { useFields } from '@/api/useFields'
import type { ServerWhereInput } from '@/gql/graphql'
import { Dialog } from '@/ui/Dialog'
import { Form } from '@/ui/Form'
import { Meant } from './MoveDialog'
import { useBulk } from './useBulk'

interface GiveDialogProps {
  opened: boolean
  servers: readonly { id: string; hostname: string }[]
  /** All that match are meant, and servers are only some of them. */
  where?: ServerWhereInput
  onClose: () => void
  onStarted: () => void
}

/** Gives servers to a project, each by a claim of its own: always a run, which names those that somebody else has by then. */
export function GiveDialog({ opened, ...rest }: GiveDialogProps) {
  const { t } = useTranslation()
  return (
    <Dialog opened={opened} onClose={rest.onClose} title={rest.where ? t('server.give.titleAll') : t('server.give.title', { count: rest.servers.length })}>
      <GiveForm {...rest} />
    </Dialog>
  )
}

function GiveForm({ servers, where, onClose, onStarted }: Omit<GiveDialogProps, 'opened'>) {
  const { t } = useTranslation()
  const { values, errors, set, clearErrors, onFieldError } = useFields({ projectId: null as string | null, reason: '' })
  const { start, busy } = useBulk({ servers, where, onFieldError, onStarted })

  async function send() {
    clearErrors()
    await start({ projectId: values.projectId ?? '', reason: values.reason.trim() })
  }

  return (
    <Form onSubmit={send} action={t('server.give.action')} busy={busy} disabled={!values.projectId} onCancel={onClose}>
      <Text size="sm">{t('server.give.help')}</Text>
      <Meant servers={servers} all={where !== undefined} bulk />
      <ProjectChooser active label={t('claim.project')} value={values.projectId} onChange={(projectId) => { set({ projectId: projectId ?? null }) }} error={errors.projectId} openOnFocus={false} data-autofocus />
      <Textarea label={t('claim.note')} description={t('common.optional')} value={values.reason} onChange={({ currentTarget }) => { set({ reason: currentTarget.value }) }} error={errors.reason} maxLength={500} autosize minRows={2} />
    </Form>
  )
}
