import { Button, Group, Text } from '@mantine/core'
import { IconLock, IconLockOpen } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { type FragmentType, graphql, unmask } from '@/gql'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { Panel } from '@/ui/Panel'
import { TimeAgo } from '@/ui/Time'

export const StateLockFragment = graphql(/* GraphQL */ `
  fragment StateLock on Project {
    id
    stateLock {
      holder
      since
      info
    }
  }
`)

const UnlockState = graphql(/* GraphQL */ `
  mutation UnlockState($input: UnlockStateInput!) {
    unlockState(input: $input) {
      project {
        id
        ...StateLock
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

/** Who holds the state. Breaking the lock of somebody alive could ruin it, so the acronym has to be typed. */
export function StateLock({ project: masked, acronym, mayWrite }: { project: FragmentType<typeof StateLockFragment>; acronym: string; mayWrite: boolean }) {
  const { t } = useTranslation()
  const { id, stateLock } = unmask(StateLockFragment, masked)
  const [asking, setAsking] = useState(false)
  const [unlock, busy] = useAction(UnlockState, { success: t('state.unlocked') })

  async function confirm() {
    if (await unlock({ input: { projectId: id } })) setAsking(false)
  }

  if (!stateLock) {
    return (
      <Group gap="xs" c="dimmed" mb="sm">
        <IconLockOpen size={16} aria-hidden />
        <Text size="sm">{t('state.free')}</Text>
      </Group>
    )
  }
  return (
    <div style={{ marginBottom: 'var(--mantine-spacing-md)' }}>
      <Panel tone="warning">
        <Group justify="space-between" gap="md">
          <Group gap="sm" wrap="nowrap">
            <IconLock size={18} color="var(--arpent-change)" aria-hidden />
            <div>
              <Text size="sm" fw={570}>{t('state.heldBy', { holder: stateLock.holder })}</Text>
              <Text size="sm" c="dimmed"><TimeAgo value={stateLock.since} />{operationOf(stateLock.info)}</Text>
            </div>
          </Group>
          {mayWrite && <Button variant="default" leftSection={<IconLockOpen size={16} />} onClick={() => { setAsking(true) }}>{t('state.unlock')}</Button>}
        </Group>
      </Panel>
      <ConfirmDialog opened={asking} onClose={() => { setAsking(false) }} title={t('state.unlock')} action={t('state.unlock')} word={acronym} danger busy={busy} onConfirm={() => void confirm()}>
        {t('state.unlockHelp', { holder: stateLock.holder })}
      </ConfirmDialog>
    </div>
  )
}

/** What Terraform says it is doing, as in OperationTypeApply. */
function operationOf(info: unknown): string {
  const operation = (info as { Operation?: unknown } | null)?.Operation
  return typeof operation === 'string' && operation !== '' ? ` · ${operation.replace('OperationType', '')}` : ''
}
