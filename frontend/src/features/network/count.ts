import { useTranslation } from 'react-i18next'

/** Above this nobody reads a number to its end. */
const READABLE = 10_000_000n

/** A count that comes as a decimal text, because an IPv6 network has more addresses than a number holds: 254, 2^64. */
export function countOf(text: string, language: string): string {
  const count = BigInt(text)
  if (count < READABLE) return new Intl.NumberFormat(language).format(count)
  const power = count.toString(2).length - (isNearlyPower(count) ? 0 : 1)
  return `≈ 2${superscript(power)}`
}

/** What is used of a huge network is nothing beside it: 2⁶⁴ − 5 reads as 2⁶⁴. */
function isNearlyPower(count: bigint): boolean {
  const bits = count.toString(2)
  return bits.slice(0, 20).split('').every((bit) => bit === '1')
}

function superscript(power: number): string {
  return String(power).replace(/\d/g, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] ?? digit)
}

export function useCount() {
  const { i18n } = useTranslation()
  return (text: string) => countOf(text, i18n.language)
}
