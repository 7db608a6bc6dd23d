import { describe, expect, it } from 'vitest'
import { plainLine, styledLine } from './ansi'

describe('plainLine', () => {
  it.each([
    ['\u001b[1m\u001b[32mgreen\u001b[0m', 'green'],
    ['\u001b]8;;https://x\u001b\\link\u001b]8;;\u0007', 'link'],
    ['10%\r50%\r100%', '100%'],
    ['windows\r', 'windows'],
    ['plain', 'plain'],
    ['a\u0000b\u0007\u001b[2J\u001b[H', 'a␀b␇'],
    ['access\u202egnp.exe', 'access\ufffdgnp.exe'],
    ['\u001b', '␛'],
    ['\u001b[', ''],
    ['a\tb', 'a\tb'],
  ])('shows %j as %j', (raw, shown) => {
    expect(plainLine(raw)).toBe(shown)
  })
})

describe('styledLine', () => {
  it.each([
    ['plain', [['plain', '']]],
    ['\u001b[1mbold\u001b[0m not', [['bold', 'bold'], [' not', '']]],
    ['\u001b[31merror\u001b[39m: \u001b[4;33mwarn', [['error', 'red'], [': ', ''], ['warn', 'underline yellow']]],
    ['\u001b[1;92mok\u001b[22m!', [['ok', 'bold green'], ['!', 'green']]],
    ['\u001b[38;5;196mred\u001b[38;2;10;20;200mblue\u001b[38;5;244mgrey', [['red', 'red'], ['blue', 'blue'], ['grey', 'white']]],
    ['\u001b[48;5;1;32mno back', [['no back', 'green']]],
    ['\u001b[mreset\u001b[999mwhat', [['resetwhat', '']]],
  ])('reads %j', (raw, segments) => {
    expect(styledLine(raw).map(({ text, look }) => [text, look])).toEqual(segments)
  })

  it('says the same as the plain line, whatever is thrown at it', () => {
    let seed = 7
    const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below
    const parts = ['\u001b[', '\u001b]', '\u001b', '31m', ';', '38;5;9m', 'K', '\u0007', '\r', 'text', '\u001b[0m', '\u0000', '1', 'é']
    for (let round = 0; round < 2_000; round += 1) {
      const raw = Array.from({ length: random(20) }, () => parts[random(parts.length)]).join('')
      expect(styledLine(raw).map(({ text }) => text).join('')).toBe(plainLine(raw))
    }
  })

  it('makes few elements of a bomb, and in no time', () => {
    const bomb = Array.from({ length: 50_000 }, (_, n) => `\u001b[${String(30 + (n % 8))}mx`).join('')
    const began = performance.now()
    const segments = styledLine(bomb)
    expect(segments.length).toBeLessThanOrEqual(200)
    expect(segments.map(({ text }) => text).join('')).toBe('x'.repeat(50_000))
    expect(plainLine('\u001b]'.repeat(100_000)).length).toBeLessThanOrEqual(200_000)
    expect(performance.now() - began).toBeLessThan(2_000)
  })
})
