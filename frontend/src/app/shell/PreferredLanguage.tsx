import { useAction } from '@/api/useAction'
import { graphql } from '@/gql'
import { LanguageSwitch } from './LanguageSwitch'

const SetLocale = graphql(/* GraphQL */ `
  mutation SetLocale($input: UpdateViewerInput!) {
    updateViewer(input: $input) {
      user {
        id
        locale
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

/** Chooses the language here and for everything that the server says. */
export function PreferredLanguage() {
  const [setLocale] = useAction(SetLocale)
  return <LanguageSwitch fullWidth onChange={(locale) => { void setLocale({ input: { locale } }) }} />
}
