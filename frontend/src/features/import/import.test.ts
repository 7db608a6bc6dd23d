import { describe, expect, it } from 'vitest'
import { badRowsFile } from './badRows'
import { changesOf } from './changes'
import { labelColumns, labelField, mappingOf, readingOf, unreadOf, withColumn } from './mapping'

const HEADERS = ['Line', 'Column', 'Value', 'Reason'] as const

describe('the file of bad rows', () => {
  it('is in the manner of the file that they are from', () => {
    const file = badRowsFile([{ line: 3, column: 'RAM; Go', value: 'a "b"', reason: 'no number' }], HEADERS, ';')
    expect(file).toBe('\uFEFFLine;Column;Value;Reason\r\n3;"RAM; Go";"a ""b""";no number\r\n')
  })

  it.each(['=cmd()', '+1', '-1', '@a', '\t=x'])('has no formula: %j', (value) => {
    const cell = badRowsFile([{ line: 2, column: 'x', value, reason: 'y' }], HEADERS, ',').split('\r\n')[1]?.split(',')[2]
    expect(cell).toBe(`"'${value}"`)
  })
})

describe('the mapping', () => {
  const reading = readingOf({ encoding: 'utf-8', delimiter: ';', decimal: ',', headers: ['Nom', 'RAM', 'Contrat', ''], columns: { hostname: 'Nom', memory: 'RAM' } })

  it('tells which columns are not read', () => {
    expect(unreadOf(reading)).toEqual(['Contrat'])
  })

  it('gives a field another column, or none', () => {
    expect(withColumn(reading.columns, 'memory', null)).toEqual({ hostname: 'Nom' })
    expect(withColumn(reading.columns, 'location', 'Contrat')).toEqual({ hostname: 'Nom', memory: 'RAM', location: 'Contrat' })
  })

  it('says outright what was read, so that nothing is guessed anew', () => {
    expect(mappingOf(reading)).toEqual({ encoding: 'utf-8', delimiter: ';', decimal: ',', columns: { hostname: 'Nom', memory: 'RAM' } })
  })

  it.each([['Contrat', 'labels.contrat'], ['Numéro de série (n°)', 'labels.numero-de-serie-n'], ['***', 'labels.column']])('makes of %s the label %s', (header, field) => {
    expect(labelField(header)).toBe(field)
  })

  it('knows the labels that columns give', () => {
    expect(labelColumns({ hostname: 'Nom', 'labels.role': 'Rôle' })).toEqual([['role', 'Rôle']])
  })
})

it('shows changes as texts, and what was not known as nothing', () => {
  expect(changesOf({ cores: { before: 0, after: 8 }, address: { before: null, after: ['10.0.0.1', '10.0.0.2'] }, system: { before: 'Debian 11', after: 'Debian 12' } })).toEqual([
    { field: 'cores', before: '', after: '8' },
    { field: 'address', before: '', after: '10.0.0.1, 10.0.0.2' },
    { field: 'system', before: 'Debian 11', after: 'Debian 12' },
  ])
  expect(changesOf(null)).toEqual([])
})
