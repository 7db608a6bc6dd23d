import i18next, { type TFunction } from 'i18next'
import en from '../src/app/i18n/locales/en'
import fr from '../src/app/i18n/locales/fr'
import type { Language } from '../src/app/i18n'

export type { Language }
export const LANGUAGES: Language[] = ['en', 'fr']

const texts = i18next.createInstance({
  resources: { en: { translation: en }, fr: { translation: fr } },
  lng: 'en',
  fallbackLng: false,
  interpolation: { escapeValue: false },
  initAsync: false,
})
void texts.init()

/** What people read in their language: the names by which the journeys find things on the screen. */
export function wordsIn(language: Language): TFunction {
  return texts.getFixedT(language)
}
