import { describe, expect, it } from 'vitest'
import { formatLines, LogBuffer, LogSearch, lineKind, parseLines } from './log'

const bytes = (text: string) => new TextEncoder().encode(text).length
const piece = (offset: number, text: string, complete = false) => ({ offset, next: offset + bytes(text), text, complete })

/** Adds texts one behind the other. */
function write(buffer: LogBuffer, ...texts: string[]): LogBuffer {
  for (const text of texts) buffer.add(piece(buffer.next, text))
  return buffer
}

describe('LogBuffer', () => {
  it('joins lines that were cut between pieces', () => {
    const buffer = new LogBuffer()
    buffer.add(piece(0, 'one\ntw'))
    expect([buffer.count, buffer.line(1)]).toEqual([2, 'tw'])
    buffer.add(piece(6, 'o\n\u001b['))
    buffer.add(piece(10, '1mthree'))
    expect(buffer.text()).toBe('one\ntwo\nthree')
  })

  it('takes each byte once, whatever is sent again, also within letters of several bytes', () => {
    const whole = 'élève\nécole\nfin'
    const buffer = new LogBuffer()
    buffer.add(piece(0, 'élève\n'))
    buffer.add(piece(0, 'élève\n'))
    expect(buffer.add(piece(bytes('él'), 'ève\nécole\nfin', true))).toBe('taken')
    expect(buffer.text()).toBe(whole)
    expect([buffer.next, buffer.complete]).toEqual([bytes(whole), true])
  })

  it('refuses a piece that leaves a hole, and says where to begin again', () => {
    const buffer = new LogBuffer()
    buffer.add(piece(0, 'abc'))
    expect(buffer.add(piece(5, 'x'))).toBe('gap')
    expect([buffer.next, buffer.text()]).toEqual([3, 'abc'])
  })

  it('is the same text however it was cut', () => {
    const whole = Array.from({ length: 200 }, (_, n) => `ligne ${String(n)} é`).join('\n')
    const raw = new TextEncoder().encode(whole)
    for (const size of [1, 7, 64]) {
      const buffer = new LogBuffer()
      let from = 0
      for (const text of whole.match(new RegExp(`[^]{1,${String(size)}}`, 'g')) ?? []) {
        buffer.add(piece(from, text))
        from += bytes(text)
      }
      expect([buffer.text(), buffer.next]).toEqual([whole, raw.length])
      expect(Array.from({ length: buffer.count }, (_, line) => buffer.line(line))).toEqual(whole.split('\n'))
    }
  })

  it('gives any line of many, with and without an end of its own', () => {
    const buffer = new LogBuffer()
    for (let n = 0; n < 30_000; n += 7) write(buffer, Array.from({ length: 7 }, (_, at) => `line ${String(n + at)} ${'x'.repeat(at)}\n`).join(''))
    expect([0, 6, 7, 9_999, 29_999].map((line) => buffer.line(line).split(' ')[1])).toEqual(['0', '6', '7', '9999', '29999'])
    expect(buffer.line(buffer.count)).toBe('')
  })
})

describe('a log without bounds', () => {
  const limits = { chars: 200_000, lines: 1_000, line: 1_000 }

  it('keeps the beginning of a line that is too long, and says how much is left out', () => {
    const buffer = write(new LogBuffer(limits), 'before\n', ...Array.from({ length: 100 }, () => 'x'.repeat(700)), '\nafter\n')
    expect([buffer.line(0), buffer.line(1), buffer.line(2)]).toEqual(['before', 'x'.repeat(1_000), 'after'])
    expect([buffer.leftOut(0), buffer.leftOut(1), buffer.leftOut(2)]).toEqual([0, 69_000, 0])
  })

  it('does so within one piece, and while the line still grows', () => {
    const buffer = write(new LogBuffer(limits), `a\n${'y'.repeat(5_000)}\nb\n${'z'.repeat(1_500)}`)
    expect([1, 3].map((line) => [buffer.line(line).length, buffer.leftOut(line)])).toEqual([[1_000, 4_000], [1_000, 500]])
    expect(buffer.line(2)).toBe('b')
  })

  it('shows how far a bar of progress is, however long it has been drawn', () => {
    const buffer = write(new LogBuffer(limits), ...Array.from({ length: 5_000 }, (_, n) => `\r${String(n)} of 5000 done`))
    expect([buffer.line(0), buffer.leftOut(0)]).toEqual(['4999 of 5000 done', 0])
    write(buffer, '\n', Array.from({ length: 900 }, (_, n) => `\r${String(n)}%`).join(''), '\n')
    expect([buffer.line(1), buffer.leftOut(1)]).toEqual(['899%', 0])
  })

  it('forgets the oldest lines, and keeps the numbers of the others', () => {
    const buffer = new LogBuffer(limits)
    for (let n = 0; n < 5_000; n += 1) write(buffer, `${'x'.repeat(200)} ${String(n)}\n`)
    expect(buffer.count).toBe(5_000)
    expect(buffer.dropped).toBeGreaterThan(3_500)
    expect(buffer.text().length).toBeLessThanOrEqual(limits.chars)
    expect(buffer.line(4_999)).toMatch(/ 4999$/)
    expect(buffer.line(buffer.dropped)).toMatch(new RegExp(` ${String(buffer.dropped)}$`))
    expect(buffer.line(0)).toBe('')
  })

  it('forgets also where the lines are short and many', () => {
    const buffer = new LogBuffer({ ...limits, chars: 1 << 30 })
    for (let n = 0; n < 20; n += 1) write(buffer, '\n'.repeat(100_000))
    expect([buffer.count, buffer.count - buffer.dropped <= 100_000]).toEqual([2_000_000, true])
  })
})

describe('LogSearch', () => {
  it('finds lines whatever the case, the unfinished one too', () => {
    const buffer = write(new LogBuffer(), 'Error: a\nfine\nan ERROR')
    expect(new LogSearch(buffer, 'error').update()).toEqual([0, 2])
    expect(new LogSearch(buffer, '').update()).toEqual([])
  })

  it('goes on where it stopped, and names each line once', () => {
    const buffer = write(new LogBuffer(), 'err err\nno\ner')
    const search = new LogSearch(buffer, 'err')
    expect(search.update()).toEqual([0])
    write(buffer, 'r')
    expect(search.update()).toEqual([0, 2])
    write(buffer, ' more')
    expect(search.update()).toEqual([0, 2])
    write(buffer, '\nerr')
    expect([...search.update()]).toEqual([0, 2, 3])
    write(buffer, '\n', 'x\n'.repeat(50_000), 'an err\n')
    expect([...search.update()]).toEqual([0, 2, 3, 50_004])
  })

  it('reads what people see: no colours, nothing that was written over', () => {
    const buffer = write(new LogBuffer(), '\u001b[31mErr\u001b[0mor\n10%\r20%\nfine\n')
    expect(new LogSearch(buffer, 'error').update()).toEqual([0])
    expect(new LogSearch(buffer, '10%').update()).toEqual([])
    expect(new LogSearch(buffer, '20%').update()).toEqual([1])
  })

  it('finds the same as looking at each line', () => {
    const lines = Array.from({ length: 20_000 }, (_, n) => `${(n * 7919 % 1_000).toString(36)} İstanbul`.slice(0, n % 5 === 0 ? undefined : 3))
    const buffer = write(new LogBuffer(), lines.join('\n'))
    const slow = lines.flatMap((line, at) => (line.toLowerCase().includes('a1') ? [at] : []))
    expect(new LogSearch(buffer, 'A1').update()).toEqual(slow)
    expect(slow.length).toBeGreaterThan(10)
  })

  it('forgets what the log forgets', () => {
    const buffer = write(new LogBuffer({ chars: 300_000, lines: 1_000_000, line: 1_000 }), 'x first\n')
    const search = new LogSearch(buffer, 'x')
    search.update()
    write(buffer, ...Array.from({ length: 10 }, () => 'y\n'.repeat(40_000)), 'x last\n')
    expect([...search.update()]).toEqual([400_001])
  })
})

it.each([
  ['12', { from: 12, to: 12 }, '12'],
  ['12-20', { from: 12, to: 20 }, '12-20'],
  ['20-12', { from: 12, to: 20 }, '12-20'],
])('reads the address of lines %s', (text, lines, written) => {
  expect(parseLines(text)).toEqual(lines)
  expect(formatLines(lines)).toBe(written)
})

it.each(['', '0', '-3', 'a', '1-', '1.5', '99999999999', 'undefined'])('reads no lines in %j', (text) => {
  expect(parseLines(text)).toBeUndefined()
})

it.each([
  ['Error: no', 'error'],
  ['  + resource "a" "b" {', 'add'],
  ['  - resource "a" "b" {', 'destroy'],
  ['- Installing hashicorp/random', undefined],
  ['Plan: 1 to add', 'heading'],
])('knows what %j is about', (line, kind) => {
  expect(lineKind(line)).toBe(kind)
})
