import { useTranslation } from 'react-i18next'

/** The categories that docs/templates.md names, in the reader's language; a library's own ones as they are. */
export function useCategoryName() {
  const { t, i18n } = useTranslation()
  return (name: string) => {
    const key = `template.category.${name || 'other'}`
    return i18n.exists(key) ? t(key as 'template.category.other') : name
  }
}
