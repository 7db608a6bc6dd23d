import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'

/** A text that is given in both languages, or in one of them. */
export interface LocalText {
  en?: string
  fr?: string
}

/** Picks the reader's language; what was not translated is shown as it is. */
export function useText() {
  const { i18n } = useTranslation()
  return (text: LocalText | null | undefined) => textIn(i18n.language, text)
}

export function textIn(language: string, text: LocalText | null | undefined): string {
  if (!text) return ''
  const [first, second] = language === 'fr' ? [text.fr, text.en] : [text.en, text.fr]
  return first || second || ''
}

/** A version that is a commit, as people write commits; any other as it is. */
export function shortVersion(version: string): string {
  return /^[0-9a-f]{12,}$/.test(version) ? version.slice(0, 7) : version
}

/** A version of a template as people tell it from others: the day on which it came, and its tag or commit. */
export function useVersion() {
  const format = useFormat()
  return ({ version, createdAt }: { version: string; createdAt: string }) => `${format.date(createdAt)} · ${shortVersion(version)}`
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** Dates, numbers, spans of time and sizes as the reader writes them. */
export function createFormat(language: string) {
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  const short = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' })
  const dateTime = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
  const exact = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'long' })
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium' })
  const number = new Intl.NumberFormat(language)
  const unit = (value: number, name: string, digits = 0, display: 'long' | 'short' | 'narrow' = language === 'fr' ? 'short' : 'narrow') =>
    new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: display, maximumFractionDigits: digits }).format(value)

  return {
    number: (value: number) => number.format(value),
    dateTime: (value: string) => dateTime.format(new Date(value)),
    date: (value: string) => date.format(new Date(value)),
    exact: (value: string) => exact.format(new Date(value)),
    ago: (value: string, now = Date.now(), brief = false) => {
      const seconds = (new Date(value).getTime() - now) / 1000
      const [name, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1]
      const amount = name === 'second' && Math.abs(seconds) < 10 ? 0 : Math.trunc(seconds / size)
      return (brief ? short : relative).format(amount, name)
    },
    /** A span of milliseconds: "0.4 s", "42 s", "3 min 20 s", "2 h 5 min". */
    duration: (ms: number) => {
      const seconds = Math.max(0, ms) / 1000
      if (seconds < 10) return unit(seconds, 'second', 1)
      if (seconds < 60) return unit(Math.floor(seconds), 'second')
      const minutes = Math.floor(seconds / 60)
      if (minutes < 60) return `${unit(minutes, 'minute')} ${unit(Math.floor(seconds % 60), 'second')}`
      return `${unit(Math.floor(minutes / 60), 'hour')} ${unit(minutes % 60, 'minute')}`
    },
    bytes: (value: number) => {
      const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte']
      const power = Math.min(units.length - 1, value > 0 ? Math.floor(Math.log10(value) / 3) : 0)
      return unit(value / 1000 ** power, units[power] ?? 'byte', power > 0 ? 1 : 0, power > 0 ? 'short' : 'long')
    },
  }
}

export type Format = ReturnType<typeof createFormat>

export function useFormat(): Format {
  const { i18n } = useTranslation()
  return useMemo(() => createFormat(i18n.language), [i18n.language])
}
