import { Button, Grid, Stack, Switch, Text } from '@mantine/core'
import { IconKey, IconPlus } from '@tabler/icons-react'
import { createFileRoute, useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { Answer } from '@/api/Answer'
import { nodesOf } from '@/api/nodes'
import { useViewer } from '@/api/viewer'
import { PreferredLanguage } from '@/app/shell/PreferredLanguage'
import { ThemeSwitch } from '@/app/shell/ThemeSwitch'
import { CreateTokenDialog } from '@/features/account/CreateTokenDialog'
import { PasswordForm } from '@/features/account/PasswordForm'
import { ProfileForm } from '@/features/account/ProfileForm'
import { TokenList } from '@/features/account/TokenList'
import { graphql } from '@/gql'
import { EmptyState } from '@/ui/EmptyState'
import { Page } from '@/ui/Page'
import { Panel } from '@/ui/Panel'

const ProfileQuery = graphql(/* GraphQL */ `
  query Profile($user: ID!) {
    apiTokens(first: 100, where: { userID: $user }, orderBy: { field: CREATED_AT, direction: DESC }) {
      edges {
        node {
          id
          revokedAt
          ...TokenListItem
        }
      }
    }
    installation {
      permissions {
        name
        title {
          en
          fr
        }
      }
    }
  }
`)

export const Route = createFileRoute('/_app/profile')({
  validateSearch: ({ revoked }): { revoked?: boolean } => ({ revoked: revoked === true ? true : undefined }),
  component: ProfilePage,
})

function ProfilePage() {
  const { t } = useTranslation()
  const router = useRouter()
  return (
    <Page title={t('account.title')} lead={t('account.lead')}>
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack gap="md">
            <ProfileForm onSaved={() => void router.invalidate()} />
            <Panel title={t('account.appearance')}>
              <Stack gap="md">
                <div>
                  <Text size="sm" fw={500} mb={6}>{t('shell.language')}</Text>
                  <PreferredLanguage />
                </div>
                <div>
                  <Text size="sm" fw={500} mb={6}>{t('shell.theme.label')}</Text>
                  <ThemeSwitch />
                </div>
              </Stack>
            </Panel>
            <PasswordForm />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 7 }}><Tokens /></Grid.Col>
      </Grid>
    </Page>
  )
}

function Tokens() {
  const { t } = useTranslation()
  const { id } = useViewer()
  const { revoked } = Route.useSearch()
  const navigate = Route.useNavigate()
  const [creating, setCreating] = useState(false)
  const [result, retry] = useQuery({ query: ProfileQuery, variables: { user: id } })
  const create = <Button size="xs" variant="default" leftSection={<IconPlus size={14} />} onClick={() => { setCreating(true) }}>{t('account.token.create')}</Button>
  return (
    <Panel title={t('account.token.title')} actions={create}>
      <Text size="sm" c="dimmed" mb="sm">{t('account.token.help')}</Text>
      <Answer result={result} retry={retry}>
        {({ apiTokens, installation }) => {
          const all = nodesOf(apiTokens)
          const shown = all.filter(({ revokedAt }) => revoked ?? !revokedAt)
          return (
            <>
              {shown.length === 0 ? <EmptyState compact icon={IconKey} title={t('account.token.empty')} help={t('account.token.emptyHelp')} /> : <TokenList tokens={shown} />}
              {all.some(({ revokedAt }) => revokedAt) && <Switch mt="md" size="xs" label={t('account.token.showRevoked')} checked={revoked ?? false} onChange={(event) => void navigate({ search: { revoked: event.currentTarget.checked || undefined }, replace: true, resetScroll: false })} />}
              <CreateTokenDialog opened={creating} onClose={() => { setCreating(false) }} permissions={installation.permissions} onCreated={() => { retry({ requestPolicy: 'network-only' }) }} />
            </>
          )
        }}
      </Answer>
    </Panel>
  )
}
