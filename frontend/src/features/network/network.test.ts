import { expect, it } from 'vitest'
import { countOf } from './count'
import { shareOf } from './NetworkMap'

it.each([
  ['254', 'en', '254'],
  ['65534', 'en', '65,534'],
  ['65534', 'fr', '65 534'],
  ['18446744073709551615', 'en', '≈ 2⁶⁴'],
  ['18446744073709551616', 'en', '≈ 2⁶⁴'],
  ['9223372036854775808', 'fr', '≈ 2⁶³'],
] as const)('writes %s addresses in %s as %s', (count, language, written) => {
  expect(countOf(count, language).replace(/\s/g, ' ')).toBe(written)
})

it('shows a part that is hardly used, one that is full, and one that nobody can have', () => {
  expect([shareOf(0, '256'), shareOf(1, '18446744073709551616'), shareOf(128, '256'), shareOf(256, '256'), shareOf(0, '0')]).toEqual([0, 0.12, 0.5, 1, 1])
})
