import { createFileRoute, useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { SignInForm } from '@/features/auth/SignInForm'
import { LanguageSwitch } from '@/app/shell/LanguageSwitch'
import { SignInFrame } from '@/features/auth/SignInFrame'
import { useDocumentTitle } from '@/ui/Page'

export const Route = createFileRoute('/sign-in')({
  validateSearch: (search): { next?: string } => (isLocal(search.next) ? { next: search.next } : {}),
  component: SignInPage,
})

function SignInPage() {
  const { t } = useTranslation()
  const { next } = Route.useSearch()
  const router = useRouter()
  useDocumentTitle(t('auth.signIn'))
  return (
    <SignInFrame corner={<LanguageSwitch />}>
      <SignInForm
        onSignedIn={() => {
          // A whole new page: nothing that somebody else saw here stays in memory.
          window.location.assign(next ?? router.buildLocation({ to: '/' }).href)
        }}
      />
    </SignInFrame>
  )
}

/** Only a path of ours: never "//elsewhere" or "https:". */
function isLocal(next: unknown): next is string {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) && !next.startsWith('/sign-in')
}
