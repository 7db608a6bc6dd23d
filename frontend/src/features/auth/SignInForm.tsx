import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { IconAlertCircle } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { signIn, type SignInResult } from '@/api/session'

/** Asks for email and password, and says what went wrong without saying which of the two. */
export function SignInForm({ onSignedIn }: { onSignedIn: () => void }) {
  const { t } = useTranslation()
  const [failure, setFailure] = useState<Exclude<SignInResult, 'ok'>>()
  const [busy, setBusy] = useState(false)

  async function submit(form: FormData) {
    setBusy(true)
    setFailure(undefined)
    const result = await signIn(String(form.get('email')).trim(), String(form.get('password')))
    if (result === 'ok') {
      onSignedIn()
      return
    }
    setBusy(false)
    setFailure(result)
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void submit(new FormData(event.currentTarget))
      }}
    >
      <Stack gap="md">
        {failure && (
          <Alert color="red" icon={<IconAlertCircle />} role="alert">
            {t(`auth.failed.${failure}`)}
          </Alert>
        )}
        <TextInput name="email" type="email" label={t('auth.email')} autoComplete="username" required withAsterisk={false} autoFocus />
        <PasswordInput name="password" label={t('auth.password')} autoComplete="current-password" required withAsterisk={false} />
        <Button type="submit" loading={busy} fullWidth mt="xs">
          {t('auth.signIn')}
        </Button>
      </Stack>
    </form>
  )
}
