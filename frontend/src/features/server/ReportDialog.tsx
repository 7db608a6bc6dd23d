import { Autocomplete, SegmentedControl, Text, Textarea } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { useFields } from '@/api/useFields'
import { graphql } from '@/gql'
import type { CheckStatus } from '@/gql/graphql'
import { Dialog } from '@/ui/Dialog'
import { Form } from '@/ui/Form'

const ReportState = graphql(/* GraphQL */ `
  mutation ReportState($input: ReportStateInput!) {
    reportState(input: $input) {
      report {
        id
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

const STATUSES: CheckStatus[] = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN']

interface ReportDialogProps {
  opened: boolean
  subjectId: string
  /** The checks there are already. */
  checks: readonly string[]
  onClose: () => void
}

/** What a person sees of a server, beside what tools report. */
export function ReportDialog({ opened, subjectId, checks, onClose }: ReportDialogProps) {
  const { t } = useTranslation()
  return (
    <Dialog opened={opened} onClose={onClose} title={t('server.check.report')}>
      <ReportForm subjectId={subjectId} checks={checks} onClose={onClose} />
    </Dialog>
  )
}

function ReportForm({ subjectId, checks, onClose }: Omit<ReportDialogProps, 'opened'>) {
  const { t } = useTranslation()
  const { values, errors, set, clearErrors, onFieldError } = useFields<{ check: string; status: CheckStatus; message: string }>({ check: '', status: 'OK', message: '' })
  const [report, busy] = useAction(ReportState, { onFieldError, success: t('server.check.reported') })

  async function send() {
    clearErrors()
    if (await report({ input: { subjectId, check: values.check.trim(), status: values.status, message: values.message.trim() } })) onClose()
  }

  return (
    <Form onSubmit={send} action={t('server.check.report')} busy={busy} onCancel={onClose}>
      <Autocomplete label={t('server.check.name')} description={t('server.check.nameHelp')} data={[...checks]} value={values.check} onChange={(check) => { set({ check }) }} error={errors.check} required withAsterisk={false} spellCheck={false} openOnFocus={false} data-autofocus />
      <div>
        <Text size="sm" fw={500} mb={4} id="report-status">{t('server.column.health')}</Text>
        <SegmentedControl aria-labelledby="report-status" fullWidth value={values.status} onChange={(status) => { set({ status: status as CheckStatus }) }} data={STATUSES.map((value) => ({ value, label: t(`health.status.${value}`) }))} />
      </div>
      <Textarea label={t('server.check.message')} value={values.message} onChange={({ currentTarget }) => { set({ message: currentTarget.value }) }} error={errors.message} autosize minRows={2} />
    </Form>
  )
}
