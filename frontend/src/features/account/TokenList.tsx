import { Badge, Button, Group, Text } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { type FragmentType, graphql, unmask } from '@/gql'
import type { TokenListItemFragment as Token } from '@/gql/graphql'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { useFormat } from '@/ui/format'
import { Row, Rows } from '@/ui/Rows'
import { TimeAgo, useNow } from '@/ui/Time'

export const TokenListItem = graphql(/* GraphQL */ `
  fragment TokenListItem on ApiToken {
    id
    name
    hint
    scopes
    createdAt
    expiresAt
    lastUsedAt
    revokedAt
  }
`)

const RevokeToken = graphql(/* GraphQL */ `
  mutation RevokeToken($input: RevokeApiTokenInput!) {
    revokeApiToken(input: $input) {
      apiToken {
        id
        ...TokenListItem
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

export function TokenList({ tokens }: { tokens: readonly ({ id: string } & FragmentType<typeof TokenListItem>)[] }) {
  const { t } = useTranslation()
  const [revoking, setRevoking] = useState<Token | null>(null)
  const [revoke, busy] = useAction(RevokeToken, { success: t('account.token.revoked', { name: revoking?.name ?? '' }) })

  async function confirm() {
    if (revoking && (await revoke({ input: { id: revoking.id } }))) setRevoking(null)
  }

  return (
    <>
      <Rows label={t('account.token.title')}>
        {tokens.map((token) => <TokenRow key={token.id} token={token} onRevoke={setRevoking} />)}
      </Rows>
      <ConfirmDialog opened={revoking !== null} onClose={() => { setRevoking(null) }} title={t('account.token.revoke')} action={t('account.token.revoke')} danger busy={busy} onConfirm={() => void confirm()}>
        {t('account.token.revokeHelp', { name: revoking?.name ?? '' })}
      </ConfirmDialog>
    </>
  )
}

function TokenRow({ token: masked, onRevoke }: { token: FragmentType<typeof TokenListItem>; onRevoke: (token: Token) => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const token = unmask(TokenListItem, masked)
  const now = useNow(60_000)
  const expired = token.expiresAt != null && new Date(token.expiresAt).getTime() < now
  return (
    <Row
      lead={<IconKey size={18} stroke={1.7} aria-hidden />}
      main={
        <>
          <Group gap={6}>
            <Text fw={570} span>{token.name}</Text>
            <Text size="xs" c="dimmed" ff="monospace" span>…{token.hint}</Text>
          </Group>
          <Group gap={4} my={2}>
            {token.scopes.map((scope) => <Badge key={scope} color="gray" size="sm">{scope === 'all' ? t('account.token.all') : scope}</Badge>)}
          </Group>
          <Text size="sm" c="dimmed">
            {t('account.token.lastUsed')} <TimeAgo value={token.lastUsedAt} />
            {' · '}
            {token.expiresAt ? t(expired ? 'account.token.expired' : 'account.token.expires', { date: format.dateTime(token.expiresAt) }) : t('account.token.neverExpires')}
          </Text>
        </>
      }
      aside={token.revokedAt ? <Text size="sm" c="dimmed">{t('account.token.isRevoked')}</Text> : <Button size="compact-sm" variant="default" aria-label={t('account.token.revokeOne', { name: token.name })} onClick={() => { onRevoke(token) }}>{t('account.token.revoke')}</Button>}
    />
  )
}
