import { Checkbox, Radio, Select, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { useFields } from '@/api/useFields'
import { graphql } from '@/gql'
import { Dialog } from '@/ui/Dialog'
import { Form } from '@/ui/Form'
import { type LocalText, useText } from '@/ui/format'
import { SecretOnce } from '@/ui/SecretOnce'

const CreateToken = graphql(/* GraphQL */ `
  mutation CreateToken($input: CreateApiTokenInput!) {
    createApiToken(input: $input) {
      apiToken {
        id
      }
      secret
      userErrors {
        code
        field
        message
      }
    }
  }
`)

interface CreateTokenDialogProps {
  opened: boolean
  onClose: () => void
  permissions: readonly { name: string; title: LocalText }[]
  onCreated: () => void
}

export function CreateTokenDialog({ opened, onClose, ...rest }: CreateTokenDialogProps) {
  const { t } = useTranslation()
  return (
    <Dialog opened={opened} onClose={onClose} title={t('account.token.create')} size="lg">
      <CreateTokenForm onClose={onClose} {...rest} />
    </Dialog>
  )
}

const DAYS = ['7', '30', '90', '365', 'never'] as const
const DAY_MS = 86_400_000

function CreateTokenForm({ onClose, permissions, onCreated }: Omit<CreateTokenDialogProps, 'opened'>) {
  const { t } = useTranslation()
  const text = useText()
  const [secret, setSecret] = useState('')
  const { values, errors, set, clearErrors, onFieldError } = useFields({ name: '', reach: 'some', scopes: [] as string[], expiresAt: '30' as (typeof DAYS)[number] })
  const [create, busy] = useAction(CreateToken, { onFieldError })

  async function submit() {
    clearErrors()
    const expiresAt = values.expiresAt === 'never' ? null : new Date(Date.now() + Number(values.expiresAt) * DAY_MS).toISOString()
    const data = await create({ input: { name: values.name.trim(), scopes: values.reach === 'all' ? ['all'] : values.scopes, expiresAt } })
    if (!data?.createApiToken.secret) return
    setSecret(data.createApiToken.secret)
    onCreated()
  }

  if (secret) return <SecretOnce label={t('account.token.secret')} secret={secret} onDone={onClose} />
  return (
    <Form onSubmit={submit} action={t('account.token.createAction')} busy={busy} disabled={values.reach === 'some' && values.scopes.length === 0} onCancel={onClose}>
      <TextInput label={t('account.token.name')} description={t('account.token.nameHelp')} value={values.name} onChange={({ currentTarget: { value } }) => { set({ name: value }) }} error={errors.name} autoComplete="off" required withAsterisk={false} data-autofocus />
      <Select label={t('account.token.expiry')} allowDeselect={false} value={values.expiresAt} onChange={(expiresAt) => { set({ expiresAt: expiresAt as (typeof DAYS)[number] }) }} data={DAYS.map((days) => ({ value: days, label: t(`account.token.days.${days}`) }))} error={errors.expiresAt} maw={240} />
      <Radio.Group label={t('account.token.scopes')} value={values.reach} onChange={(reach) => { set({ reach }) }} error={errors.scopes}>
        <Stack gap="xs" mt={6}>
          <Radio value="some" label={t('account.token.some')} />
          <Radio value="all" label={t('account.token.everything')} />
        </Stack>
      </Radio.Group>
      {values.reach === 'some' && (
        <Checkbox.Group aria-label={t('account.token.scopes')} value={values.scopes} onChange={(scopes) => { set({ scopes }) }}>
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
            {permissions.map(({ name, title }) => <Checkbox key={name} value={name} label={text(title)} description={name} />)}
          </SimpleGrid>
        </Checkbox.Group>
      )}
    </Form>
  )
}
