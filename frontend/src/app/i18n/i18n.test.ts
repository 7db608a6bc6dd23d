import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import en from './locales/en'
import fr from './locales/fr'

const PLURAL = /_(zero|one|two|few|many|other)$/

function flatten(tree: object, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'string' ? [[path + key, value] as [string, string]] : flatten(value as object, `${path}${key}.`),
  )
}

const texts = { en: flatten(en), fr: flatten(fr) }
const keys = (list: [string, string][]) => [...new Set(list.map(([key]) => key.replace(PLURAL, '')))].sort()
const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)|<(\d)>/g)].map(([found]) => found).sort()

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path) && !/\.test\.|^gql|\.gen\.ts/.test(path))
  .map((path) => readFileSync(`src/${path}`, 'utf8'))
  .join('\n')

describe('the languages', () => {
  it('have the same keys', () => {
    expect(keys(texts.fr)).toEqual(keys(texts.en))
  })

  it('have the plural forms that each language needs', () => {
    for (const [language, list] of Object.entries(texts)) {
      const wanted = new Intl.PluralRules(language).resolvedOptions().pluralCategories
      const known = new Set(list.map(([key]) => key))
      const missing = list.filter(([key]) => PLURAL.test(key)).flatMap(([key]) => wanted.map((form) => key.replace(PLURAL, `_${form}`)).filter((form) => !known.has(form)))
      expect([...new Set(missing)], language).toEqual([])
    }
  })

  it('fill in the same placeholders', () => {
    const french = new Map(texts.fr)
    const different = texts.en.filter(([key, text]) => french.has(key) && placeholders(text).join() !== placeholders(french.get(key) ?? '').join())
    expect(different).toEqual([])
  })

  it('have no empty text, and French has typographic apostrophes and no straight ones', () => {
    expect([...texts.en, ...texts.fr].filter(([, text]) => text.trim() === '')).toEqual([])
    expect(texts.fr.filter(([, text]) => /\p{L}'\p{L}/u.test(text))).toEqual([])
  })

  it('have a singular in French that is none of several, and no number before a word that is never one', () => {
    const several = /(?<!Plus de )\{\{(?:count|shown|number|total|added|changed|unchanged|refused|free)\}\} (?!fois|mois|pixels)\p{L}+(?:s|x)(?!\p{L})/u
    const singular = texts.fr.filter(([key, text]) => key.endsWith('_one') && several.test(text))
    const fixed = texts.fr.filter(([key, text]) => !PLURAL.test(key) && several.test(text))
    expect([...singular, ...fixed]).toEqual([])
  })

  it('have no key that nothing uses', () => {
    const patterns = [...sources.matchAll(/`([a-z]\w*(?:\.(?:\w+|\$\{[^}]*\}))+)`/g)].map(([, template = '']) => new RegExp(`^${template.replace(/\./g, '\\.').replace(/\$\{[^}]*\}/g, '[^.]+')}$`))
    const used = (key: string) => sources.includes(`'${key}'`) || sources.includes(`"${key}"`) || patterns.some((pattern) => pattern.test(key))
    expect(keys(texts.en).filter((key) => !used(key))).toEqual([])
  })
})
