import { Alert, Button, Group, Stack, Text, Textarea } from '@mantine/core'
import { IconCheck, IconHandStop, IconThumbUp, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useIdempotencyKey } from '@/api/idempotency'
import { useAction } from '@/api/useAction'
import { type FragmentType, graphql, unmask } from '@/gql'
import { useFormat } from '@/ui/format'
import { Panel } from '@/ui/Panel'
import { TimeAgo } from '@/ui/Time'

export const RunApprovalFragment = graphql(/* GraphQL */ `
  fragment RunApproval on Run {
    id
    status
    planDigest
    approvalExpiresAt
    approvalsMissing
    viewerCanApprove
    viewerCannotApproveReason
    approvalPolicy {
      auto
      roles
      notSelf
    }
    approvals {
      id
      by
      decision
      comment
      createdAt
    }
  }
`)

const ApproveRun = graphql(/* GraphQL */ `
  mutation ApproveRun($input: ApproveRunInput!) {
    approveRun(input: $input) {
      run {
        id
        ...RunApproval
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

const RejectRun = graphql(/* GraphQL */ `
  mutation RejectRun($input: RejectRunInput!) {
    rejectRun(input: $input) {
      run {
        id
        ...RunApproval
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

type Masked = FragmentType<typeof RunApprovalFragment>

/** The question that a planned run asks, while it asks it. */
export function RunApproval({ run: masked }: { run: Masked }) {
  const { t } = useTranslation()
  const format = useFormat()
  const run = unmask(RunApprovalFragment, masked)
  if (run.status !== 'AWAITING_APPROVAL') return null
  return (
    <Panel tone="warning" title={<Group gap="xs" component="span"><IconHandStop size={18} aria-hidden />{t('run.approval.title')}</Group>}>
      <Stack gap="sm">
        <Text size="sm">
          {t('run.approval.missing', { count: run.approvalsMissing, shown: format.number(run.approvalsMissing) })}
          {run.approvalPolicy.roles.length > 0 && ` ${t('run.approval.roles', { roles: run.approvalPolicy.roles.join(', ') })}`}
          {run.approvalPolicy.notSelf && ` ${t('run.approval.notSelf')}`}
          {run.approvalExpiresAt && ` ${t('run.approval.expires', { when: format.dateTime(run.approvalExpiresAt) })}`}
        </Text>
        <Decisions run={masked} />
        {run.viewerCanApprove ? <Decide id={run.id} plan={run.planDigest} /> : run.viewerCannotApproveReason && <Alert color="gray">{run.viewerCannotApproveReason}</Alert>}
      </Stack>
    </Panel>
  )
}

/** What is approved is the plan that this page shows; when another one has come, the server refuses and the page shows that one. */
function Decide({ id, plan }: { id: string; plan: string }) {
  const { t } = useTranslation()
  const keyFor = useIdempotencyKey()
  const [comment, setComment] = useState('')
  const [approve, approving] = useAction(ApproveRun, { success: t('run.approval.approved') })
  const [reject, rejecting] = useAction(RejectRun, { success: t('run.approval.rejected') })
  return (
    <>
      <Textarea aria-label={t('run.approval.comment')} placeholder={t('run.approval.comment')} value={comment} onChange={(event) => { setComment(event.currentTarget.value) }} autosize minRows={1} maxRows={6} />
      <Group gap="xs">
        <Button leftSection={<IconCheck size={16} />} loading={approving} disabled={rejecting} onClick={() => void approve({ input: { id, plan, comment, idempotencyKey: keyFor({ id, plan, comment }) } })}>{t('run.approval.approve')}</Button>
        <Button variant="default" leftSection={<IconX size={16} />} loading={rejecting} disabled={approving} onClick={() => void reject({ input: { id, comment } })}>{t('run.approval.reject')}</Button>
      </Group>
    </>
  )
}

/** Who has decided, how, and with which words. */
export function Decisions({ run: masked }: { run: Masked }) {
  const { t } = useTranslation()
  const { approvals } = unmask(RunApprovalFragment, masked)
  if (!approvals || approvals.length === 0) return null
  return (
    <Stack gap={6}>
      {approvals.map(({ id, by, decision, comment, createdAt }) => (
        <Group key={id} gap="xs" wrap="nowrap" align="flex-start" fz="sm">
          {decision === 'APPROVED' ? <IconThumbUp size={16} color="var(--arpent-add)" aria-hidden style={{ flexShrink: 0, marginTop: 2 }} /> : <IconX size={16} color="var(--arpent-destroy)" aria-hidden style={{ flexShrink: 0, marginTop: 2 }} />}
          <div>
            {t(`run.approval.decision.${decision}`, { name: by })} <Text span c="dimmed" size="sm"><TimeAgo value={createdAt} /></Text>
            {comment !== '' && <Text size="sm" c="dimmed" style={{ whiteSpace: 'pre-wrap' }}>{comment}</Text>}
          </div>
        </Group>
      ))}
    </Stack>
  )
}
