import { Button, Group, Text } from '@mantine/core'
import { IconKey, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { type FragmentType, graphql, unmask } from '@/gql'
import type { ServerAccessesFragment } from '@/gql/graphql'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { useFormat } from '@/ui/format'
import { Panel } from '@/ui/Panel'
import { Row, Rows } from '@/ui/Rows'
import { GrantAccessDialog } from './GrantAccessDialog'

export const ServerAccessesFields = graphql(/* GraphQL */ `
  fragment ServerAccesses on Server {
    id
    hostname
    accesses {
      id
      kind
      holder
      endpoint
      fingerprint
      expiresAt
      revokedAt
    }
  }
`)

const RevokeAccess = graphql(/* GraphQL */ `
  mutation RevokeAccess($input: RevokeAccessInput!) {
    revokeAccess(input: $input) {
      access {
        id
        revokedAt
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

type Access = NonNullable<ServerAccessesFragment['accesses']>[number]

/** Who gets onto the server, and by which way. */
export function ServerAccesses({ server: masked, mayManage }: { server: FragmentType<typeof ServerAccessesFields>; mayManage: boolean }) {
  const { t } = useTranslation()
  const server = unmask(ServerAccessesFields, masked)
  const [granting, setGranting] = useState(false)
  const [revoking, setRevoking] = useState<Access | null>(null)
  const [revoke, busy] = useAction(RevokeAccess, { success: t('server.access.revoked') })
  const accesses = server.accesses ?? []

  async function confirm() {
    if (revoking && (await revoke({ input: { id: revoking.id } }))) setRevoking(null)
  }

  return (
    <Panel
      title={t('server.access.title')}
      flush={accesses.length > 0}
      actions={mayManage && <Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} />} onClick={() => { setGranting(true) }}>{t('server.access.grant')}</Button>}
    >
      {accesses.length === 0 ? <Text size="sm" c="dimmed">{t('server.access.none')}</Text> : (
        <Rows label={t('server.access.title')}>
          {accesses.map((access) => <AccessRow key={access.id} access={access} onRevoke={mayManage && !access.revokedAt ? () => { setRevoking(access) } : undefined} />)}
        </Rows>
      )}
      <GrantAccessDialog opened={granting} serverId={server.id} onClose={() => { setGranting(false) }} />
      <ConfirmDialog opened={revoking !== null} onClose={() => { setRevoking(null) }} title={t('server.access.revoke')} action={t('server.access.revoke')} danger busy={busy} onConfirm={() => void confirm()}>
        {t('server.access.revokeHelp', { holder: revoking?.holder ?? '', server: server.hostname })}
      </ConfirmDialog>
    </Panel>
  )
}

function AccessRow({ access, onRevoke }: { access: Access; onRevoke?: () => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const ended = access.revokedAt ?? undefined
  return (
    <Row
      lead={<IconKey size={18} stroke={1.6} aria-hidden />}
      main={
        <>
          <Text size="sm" fw={570} td={ended && 'line-through'}>{access.holder}</Text>
          <Group gap={6} c="dimmed" fz="sm">
            <span>{t(`server.access.kind.${access.kind}`)}</span>
            {access.endpoint && <span>· {access.endpoint}</span>}
            {access.fingerprint && <Text ff="monospace" size="xs" style={{ overflowWrap: 'anywhere' }}>{access.fingerprint}</Text>}
            {access.revokedAt && <span>· {t('server.access.revokedAt', { when: format.dateTime(access.revokedAt) })}</span>}
            {!access.revokedAt && access.expiresAt && <span>· {t('server.access.until', { when: format.dateTime(access.expiresAt) })}</span>}
          </Group>
        </>
      }
      aside={onRevoke && <Button size="compact-sm" variant="default" onClick={onRevoke}>{t('server.access.revoke')}</Button>}
    />
  )
}
