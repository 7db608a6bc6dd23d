import { describe, expect, it } from 'vitest'
import { findLines, LogBuffer, lineKind, plainLine } from './log'

const bytes = (text: string) => new TextEncoder().encode(text).length
const piece = (offset: number, text: string, complete = false) => ({ offset, next: offset + bytes(text), text, complete })

describe('plainLine', () => {
  it.each([
    ['\u001b[1m\u001b[32mgreen\u001b[0m', 'green'],
    ['\u001b]8;;https://x\u001b\\link\u001b]8;;\u0007', 'link'],
    ['10%\r50%\r100%', '100%'],
    ['windows\r', 'windows'],
    ['plain', 'plain'],
  ])('shows %j as %j', (raw, shown) => {
    expect(plainLine(raw)).toBe(shown)
  })
})

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
    }
  })
})

it('finds lines whatever the case, the unfinished one too', () => {
  const buffer = new LogBuffer()
  buffer.add(piece(0, 'Error: a\nfine\nan ERROR'))
  expect(findLines(buffer, 'error')).toEqual([0, 2])
  expect(findLines(buffer, '')).toEqual([])
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
