import { expect, it } from 'vitest'
import { createFormat } from './format'

it.each([
  ['en', 1, '1 byte'],
  ['en', 426, '426 bytes'],
  ['en', 1_500, '1.5 kB'],
  ['fr', 1, '1 octet'],
  ['fr', 426, '426 octets'],
  ['fr', 1_500_000, '1,5 Mo'],
] as const)('says in %s how large %i bytes are', (language, size, said) => {
  expect(createFormat(language).bytes(size).replace(/\s/g, ' ')).toBe(said)
})
