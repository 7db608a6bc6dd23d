import { PasswordInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { useFields } from '@/api/useFields'
import { useViewer } from '@/api/viewer'
import { graphql } from '@/gql'
import { Form } from '@/ui/Form'
import { Panel } from '@/ui/Panel'

const ChangePassword = graphql(/* GraphQL */ `
  mutation ChangePassword($input: ChangePasswordInput!) {
    changePassword(input: $input) {
      user {
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

const EMPTY = { current: '', new: '' }

export function PasswordForm() {
  const { t } = useTranslation()
  const { email } = useViewer()
  const { values, errors, set, reset, clearErrors, onFieldError } = useFields(EMPTY)
  const [change, busy] = useAction(ChangePassword, { onFieldError, success: t('account.passwordChanged') })

  async function submit() {
    clearErrors()
    if (await change({ input: values })) reset(EMPTY)
  }

  return (
    <Panel title={t('account.password')}>
      <Form onSubmit={submit} action={t('account.changePassword')} busy={busy}>
        <input type="text" autoComplete="username" value={email} readOnly hidden />
        <PasswordInput label={t('account.currentPassword')} value={values.current} onChange={({ currentTarget: { value } }) => { set({ current: value }) }} error={errors.current} autoComplete="current-password" required withAsterisk={false} />
        <PasswordInput label={t('account.newPassword')} description={t('account.newPasswordHelp')} value={values.new} onChange={({ currentTarget: { value } }) => { set({ new: value }) }} error={errors.new} autoComplete="new-password" required withAsterisk={false} />
      </Form>
    </Panel>
  )
}
