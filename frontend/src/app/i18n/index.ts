import i18next, { type i18n, type Resource } from 'i18next'
import { initReactI18next } from 'react-i18next'
import type en from './locales/en'

export const LANGUAGES = ['en', 'fr'] as const
export type Language = (typeof LANGUAGES)[number]

const STORED = 'arpent-language'

/** One chunk per language; only the one that is shown is loaded. */
const load: Record<Language, () => Promise<{ default: typeof en }>> = {
  en: () => import('./locales/en'),
  fr: () => import('./locales/fr') as unknown as Promise<{ default: typeof en }>,
}

/** The language that was chosen here, else the browser's, else English. */
export function initialLanguage(): Language {
  const wanted = [localStorage.getItem(STORED), ...navigator.languages].map((tag) => tag?.slice(0, 2))
  return LANGUAGES.find((language) => wanted.find((tag) => LANGUAGES.includes(tag as Language)) === language) ?? 'en'
}

export async function startI18n(language: Language): Promise<i18n> {
  const resources: Resource = { [language]: { translation: (await load[language]()).default } }
  await i18next.use(initReactI18next).init({
    resources,
    lng: language,
    fallbackLng: false,
    interpolation: { escapeValue: false },
    returnNull: false,
  })
  document.documentElement.lang = language
  return i18next
}

/** Loads a language, shows it, and remembers it in this browser. */
export async function changeLanguage(language: Language): Promise<void> {
  localStorage.setItem(STORED, language)
  if (i18next.language === language) return
  i18next.addResourceBundle(language, 'translation', (await load[language]()).default)
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
}
