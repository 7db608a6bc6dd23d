import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { keyOf, KNOWN_TYPES } from '@/features/audit/filter'
import en from './locales/en/audit.json'
import fr from './locales/fr/audit.json'

const sources = readdirSync('../internal', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.go') && !path.endsWith('_test.go') && !path.startsWith('apptest'))
  .map((path) => readFileSync(`../internal/${path}`, 'utf8'))
  .join('\n')

/** Whatever they are about: a subject that nobody has thought of here counts too, also where the system writes it. */
const WRITTEN = [/Type:\s*"([a-z]+\.[a-z_]+)"/g, /[jJ]ournal\w*\([^"\n]*"([a-z]+\.[a-z_]+)"/g, /\b(?:event|kind)\s*:?=\s*"([a-z]+\.[a-z_]+)"/g]

it('every kind of event that the server writes has a name in both languages', () => {
  const written = new Set(WRITTEN.flatMap((pattern) => [...sources.matchAll(pattern)].map(([, type = '']) => type)))
  expect(written.size).toBeGreaterThan(30)
  expect([...written].filter((type) => !(KNOWN_TYPES as readonly string[]).includes(type))).toEqual([])
  for (const [language, texts] of Object.entries({ en, fr })) {
    expect(KNOWN_TYPES.filter((type) => !(keyOf(type) in texts.type)), language).toEqual([])
  }
})

it.each(['retention.forgot', 'worker.resumed', 'run.requeued', 'server.available'])('finds %s in the server’s code', (type) => {
  expect(sources).toContain(`"${type}"`)
  expect(WRITTEN.flatMap((pattern) => [...sources.matchAll(pattern)].map(([, found]) => found))).toContain(type)
})

it.each(['run.awaiting_approval', 'run.queued', 'resource.in_progress', 'resource.pending_approval', 'resource.error'])('knows %s, which is made of a status', (type) => {
  expect(KNOWN_TYPES).toContain(type)
})
