import { describe, expect, it } from 'vitest'
import { changesBetween } from './changes'
import { fromLocalInput, toLocalInput } from './localTime'
import { pairsOf, valuesOf } from './pairs'

describe('pairs', () => {
  it('give back the values that they were made of', () => {
    const values = { region: 'fr-par', count: 3, on: true, version: '1.10', list: [1, 'a'], nested: { a: null }, text: 'true' }
    expect(valuesOf(pairsOf(values))).toEqual(values)
  })

  it('leave out what has no name', () => {
    expect(valuesOf([{ name: ' ', value: 'x' }, { name: ' a ', value: 'y' }])).toEqual({ a: 'y' })
  })
})

describe('changes', () => {
  it('are found by name, within objects too', () => {
    expect(changesBetween({ a: 1, b: { c: 1, d: 2 } }, { a: 1, b: { c: 3 }, e: [1] })).toEqual([
      { name: 'b.c', before: 1, after: 3 },
      { name: 'b.d', before: 2, after: undefined },
      { name: 'e', before: undefined, after: [1] },
    ])
    expect(changesBetween(null, null)).toEqual([])
  })
})

describe('local times', () => {
  it('go there and back', () => {
    const moment = new Date('2026-03-04T05:06:00Z')
    expect(fromLocalInput(toLocalInput(moment.toISOString()))).toEqual(moment)
    expect(fromLocalInput('')).toBeUndefined()
    expect(fromLocalInput('nonsense')).toBeUndefined()
  })
})
