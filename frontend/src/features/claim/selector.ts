import { useTranslation } from 'react-i18next'
import { useFormat } from '@/ui/format'
import { diskOf, memoryOf } from '@/ui/size'

/** One thing that a claim asked for: a label as it is, the least of a number, or a value. */
export type Wish = { label: string } | { name: string; least: number } | { name: string; value: string }

/** What a claim asked for, piece by piece. Ids say nothing to a reader and are left out. */
export function wishesOf(selector: unknown): Wish[] {
  if (typeof selector !== 'object' || selector === null) return []
  return Object.entries(selector).flatMap(([name, value]: [string, unknown]): Wish[] => {
    if (Array.isArray(value)) return name === 'labels' ? value.map((label) => ({ label: String(label) })) : []
    if (typeof value === 'object' && value !== null) return Object.entries(value).flatMap(([part, least]: [string, unknown]) => piece(part, least))
    return /Id$/.test(name) ? [] : piece(name, value)
  })
}

function piece(name: string, value: unknown): Wish[] {
  if (typeof value === 'number') return value > 0 ? [{ name, least: value }] : []
  return typeof value === 'string' && value !== '' ? [{ name, value }] : []
}

/** Says a wish in the reader's language, sizes in GiB. */
export function useWish() {
  const { t, i18n } = useTranslation()
  const format = useFormat()
  const nameOf = (name: string) => (i18n.exists(`claim.wish.${name}`) ? t(`claim.wish.${name}` as 'claim.wish.cores') : name)
  const sizeOf = (name: string, size: number) => {
    if (name === 'memoryMiB') return memoryOf(format, size, i18n.language)
    return name === 'diskGiB' ? diskOf(format, size, i18n.language) : format.number(size)
  }
  return (wish: Wish) => {
    if ('label' in wish) return wish.label
    if ('least' in wish) return t('claim.wish.least', { what: nameOf(wish.name), least: sizeOf(wish.name, wish.least) })
    return t('claim.wish.is', { what: nameOf(wish.name), value: wish.value })
  }
}
