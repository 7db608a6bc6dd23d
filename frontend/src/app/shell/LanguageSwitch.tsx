import { SegmentedControl } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { changeLanguage, LANGUAGES, type Language } from '../i18n'

/** English or French, each in its own name. */
export function LanguageSwitch({ onChange, fullWidth }: { onChange?: (language: Language) => void; fullWidth?: boolean }) {
  const { t, i18n } = useTranslation()
  return (
    <SegmentedControl
      size="xs"
      fullWidth={fullWidth}
      aria-label={t('shell.language')}
      value={i18n.language}
      data={LANGUAGES.map((language) => ({ value: language, label: NAMES[language] }))}
      onChange={(value) => {
        void changeLanguage(value as Language)
        onChange?.(value as Language)
      }}
    />
  )
}

const NAMES: Record<Language, string> = { en: 'English', fr: 'Français' }
