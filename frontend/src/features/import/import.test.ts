import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { downloadBadRows } from './badRows'
import { changesOf } from './changes'
import { labelColumns, labelField, mappingOf, readingOf, unreadOf, withColumn } from './mapping'

describe('the file of bad rows', () => {
  const wanted = { file: new File(['a;b'], 'a.csv'), providerId: 'hsp_1', reading: readingOf({ encoding: 'utf-8', delimiter: ';', decimal: ',', headers: ['Nom'], columns: { hostname: 'Nom' } }), name: 'a-bad.csv' }
  const clicked = vi.fn<(name: string) => void>()
  beforeEach(() => {
    clicked.mockReset()
    vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: () => 'blob:x', revokeObjectURL: () => undefined }))
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) { clicked(this.download) })
  })
  afterEach(() => { vi.restoreAllMocks(); vi.unstubAllGlobals() })

  it('is asked for with the file itself, last, and how it was read', async () => {
    const sent = vi.fn<(path: string, init: { body: FormData }) => Promise<Response>>().mockResolvedValue(new Response('x'))
    vi.stubGlobal('fetch', sent)
    await downloadBadRows(wanted)
    const form = sent.mock.calls[0]?.[1].body
    expect(sent.mock.calls[0]?.[0]).toBe('/exports/bad-rows.csv')
    expect([...(form?.keys() ?? [])]).toEqual(['providerId', 'mapping', 'file'])
    expect(form?.get('mapping')).toBe('{"encoding":"utf-8","delimiter":";","decimal":",","columns":{"hostname":"Nom"}}')
    expect(clicked).toHaveBeenCalledWith('a-bad.csv')
  })

  it('says why there is none', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('{"errors":[{"message":"Sign in first."}]}', { status: 401 })))
    await expect(downloadBadRows(wanted)).rejects.toThrow('Sign in first.')
    expect(clicked).not.toHaveBeenCalled()
  })
})

describe('the mapping', () => {
  const reading = readingOf({ encoding: 'utf-8', delimiter: ';', decimal: ',', headers: ['Nom', 'RAM', 'Contrat', ''], columns: { hostname: 'Nom', memory: 'RAM' } })

  it('tells which columns are not read', () => {
    expect(unreadOf(reading)).toEqual(['Contrat'])
  })

  it('gives a field another column, or none', () => {
    expect(withColumn(reading.columns, 'memory', null)).toEqual({ hostname: 'Nom', memory: '' })
    expect(withColumn(reading.columns, 'location', 'Contrat')).toEqual({ hostname: 'Nom', memory: 'RAM', location: 'Contrat' })
  })

  it('says outright what was read, so that nothing is guessed anew', () => {
    expect(mappingOf(reading)).toEqual({ encoding: 'utf-8', delimiter: ';', decimal: ',', columns: { hostname: 'Nom', memory: 'RAM' } })
  })

  it.each([['Contrat', 'labels.contrat'], ['Numéro de série (n°)', 'labels.numero-de-serie-n'], ['***', 'labels.column']])('makes of %s the label %s', (header, field) => {
    expect(labelField(header)).toBe(field)
  })

  it('knows the labels that columns give', () => {
    expect(labelColumns({ hostname: 'Nom', 'labels.role': 'Rôle', 'labels.rack': '' })).toEqual([['role', 'Rôle']])
  })
})

it('lists changes in the order of the file’s fields, then by name', () => {
  expect(changesOf({ 'labels.role': { before: null, after: 'web' }, lifecycle: { before: 'ORDERED', after: 'DELIVERED' }, system: { before: 'Debian 11', after: 'Debian 12' }, address: { before: null, after: ['10.0.0.1'] }, cores: { before: 0, after: 8 } })).toEqual([
    { field: 'address', before: null, after: ['10.0.0.1'] },
    { field: 'cores', before: 0, after: 8 },
    { field: 'system', before: 'Debian 11', after: 'Debian 12' },
    { field: 'labels.role', before: null, after: 'web' },
    { field: 'lifecycle', before: 'ORDERED', after: 'DELIVERED' },
  ])
  expect(changesOf(null)).toEqual([])
})
