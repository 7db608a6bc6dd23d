import { TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { useFields } from '@/api/useFields'
import { useViewer } from '@/api/viewer'
import { graphql } from '@/gql'
import { Form } from '@/ui/Form'
import { Panel } from '@/ui/Panel'

const UpdateProfile = graphql(/* GraphQL */ `
  mutation UpdateProfile($input: UpdateViewerInput!) {
    updateViewer(input: $input) {
      user {
        id
        name
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

export function ProfileForm({ onSaved }: { onSaved: () => void }) {
  const { t } = useTranslation()
  const viewer = useViewer()
  const { values, errors, set, clearErrors, onFieldError } = useFields({ name: viewer.name })
  const [update, busy] = useAction(UpdateProfile, { onFieldError, success: t('account.saved') })

  async function submit() {
    clearErrors()
    if (await update({ input: { name: values.name.trim() } })) onSaved()
  }

  return (
    <Panel title={t('account.profile')}>
      <Form onSubmit={submit} action={t('account.save')} busy={busy}>
        <TextInput label={t('account.name')} value={values.name} onChange={({ currentTarget: { value } }) => { set({ name: value }) }} error={errors.name} autoComplete="name" required withAsterisk={false} />
        <TextInput label={t('account.email')} description={t('account.emailHelp')} value={viewer.email} readOnly variant="filled" />
      </Form>
    </Panel>
  )
}
