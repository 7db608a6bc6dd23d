import { MantineProvider } from '@mantine/core'
import { render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { speakEnglish } from '@/testing/speak'
import { givenIn, type InputSchema, prepareForm } from './schema'
import SchemaForm from './SchemaForm'
import { createValidator, serverErrors } from './validator'

const words = (en: string, fr: string) => ({ en, fr })

const SCHEMA: InputSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  required: ['name', 'secret', 'project'],
  'x-arpent': { groups: [{ name: 'size', title: words('Size', 'Taille') }] },
  properties: {
    size: { type: 'number', minimum: 1, maximum: 9, default: 3, 'x-arpent': { order: 2, group: 'size', title: words('Size', 'Taille') } },
    name: { type: 'string', pattern: '^[a-z]+$', title: 'Name', 'x-arpent': { order: 1, title: words('Name', 'Nom'), validations: [{ message: '"x"', text: words('Small letters.', 'Minuscules.') }] } },
    secret: { type: 'string', writeOnly: true, title: 'Secret', 'x-arpent': { order: 3, sensitive: true } },
    project: { type: 'string', 'x-arpent': { order: 4, binding: 'project.acronym' } },
    hosts: { type: 'array', items: { type: 'string' }, title: 'Hosts', 'x-arpent': { order: 5 } },
    users: { type: 'array', title: 'Users', items: { type: 'object', required: ['login'], additionalProperties: false, properties: { login: { type: 'string', title: 'Login' } } }, 'x-arpent': { order: 6 } },
    labels: { type: 'object', title: 'Labels', additionalProperties: { type: 'string' }, 'x-arpent': { order: 7 } },
    window: { type: ['object', 'null'], title: 'Window', default: null, properties: { day: { type: 'string', title: 'Day' } }, 'x-arpent': { order: 8, nullable: true } },
    pair: { type: 'array', title: 'Pair', items: false, minItems: 2, maxItems: 2, prefixItems: [{ type: 'number' }, { type: 'string' }], 'x-arpent': { order: 9 } },
    any: { title: 'Anything', 'x-arpent': { order: 10 } },
    hidden: { type: 'string', default: 'x', 'x-arpent': { order: 11, hidden: true } },
    rare: { type: 'boolean', title: 'Rare', default: true, 'x-arpent': { order: 12, advanced: true } },
    odd: { type: 'string', pattern: '(?i)^a', title: 'Odd', 'x-arpent': { order: 13 } },
    servers: { type: 'array', items: { type: 'string' }, minItems: 2, title: 'Servers', 'x-arpent': { order: 14, hidden: false } },
  },
}

describe('prepareForm', () => {
  const form = prepareForm(SCHEMA, 'fr')

  it('asks in order, in sections, and not for what is bound or hidden', () => {
    expect(form.sections.map(({ title, fields }) => [title, fields])).toEqual([
      ['', ['name', 'secret', 'hosts', 'users', 'labels', 'window', 'pair', 'any', 'odd', 'servers']],
      ['Taille', ['size']],
    ])
    expect(form.advanced).toEqual(['rare'])
    expect(form.schema.required).toEqual(['name', 'secret'])
  })

  it('speaks the reader’s language', () => {
    expect((form.schema.properties?.name as { title: string }).title).toBe('Nom')
  })

  it('chooses a widget for every kind of value', () => {
    const look = (name: string) => (form.uiSchema[name] as Record<string, unknown>)['ui:widget'] ?? (form.uiSchema[name] as Record<string, unknown>)['ui:field']
    expect(['name', 'size', 'secret', 'hosts', 'labels', 'window', 'any', 'rare'].map(look)).toEqual(['text', 'number', 'password', 'tags', 'map', 'absent', 'json', 'switch'])
  })

  it('does not ask again for a secret that is kept, and leaves patterns that only the server knows to it', () => {
    const again = prepareForm(SCHEMA, 'en', ['secret'])
    expect(again.schema.required).toEqual(['name'])
    expect(again.checked.properties?.odd).not.toHaveProperty('pattern')
  })
})

describe('what is filled in already', () => {
  const offered: InputSchema = {
    ...SCHEMA,
    'x-arpent': {
      bound: { acronym: { type: 'string', title: 'Acronym', 'x-arpent': { order: 2, binding: 'project.acronym' } }, tenant: { type: 'string', title: 'Tenant', 'x-arpent': { order: 3, binding: '= "t"' } }, secret: { type: 'string', 'x-arpent': { hidden: true, binding: 'platform.url' } } },
      given: { region: { type: 'string', 'x-arpent': { order: 1, givenBy: 'project', title: words('Region', 'Région') } } },
    },
  }

  it('is listed with who gives it, in the reader’s language', () => {
    expect(givenIn(offered, 'fr')).toEqual([
      { name: 'region', title: 'Région', by: 'project' },
      { name: 'acronym', title: 'Acronym', by: 'project' },
      { name: 'tenant', title: 'Tenant', by: 'library' },
    ])
  })

  it('is no field, and a value that was typed before is not sent', async () => {
    const send = vi.fn()
    await speakEnglish()
    render(
      <MantineProvider>
        <SchemaForm id="f" schema={{ ...offered, required: ['name'] }} values={{ name: 'a', region: 'typed before' }} onChange={() => undefined} onSubmit={send} refusals={[]}>
          <button type="submit">Send</button>
        </SchemaForm>
      </MantineProvider>,
    )
    expect(screen.getByRole('region', { name: 'Filled in already' }).textContent).toContain('Regiongiven by the project')
    expect(screen.queryByRole('textbox', { name: /Region/ })).toBeNull()
    await userEvent.click(screen.getByRole('button', { name: 'Send' }))
    await waitFor(() => { expect(send).toHaveBeenCalled() })
    expect(send.mock.calls[0]?.[0]).not.toHaveProperty('region')
  })
})

describe('the validator', () => {
  const { checked } = prepareForm(SCHEMA, 'en')
  const validator = createValidator(checked, ({ keyword, limit }) => `${keyword} ${JSON.stringify(limit)}`)
  const wrong = (data: object) => validator.validateFormData(data, {} as never).errors.map(({ property, message }) => [property, message])
  const good = { name: 'a', secret: 's' }

  it.each<[string, object, string[][]]>([
    ['what is right', { ...good, size: 3, pair: [1, 'b'], window: null, labels: { a: 'b' }, any: [1] }, []],
    ['what is missing', {}, [['.name', 'required ["name","secret"]'], ['.secret', 'required ["name","secret"]']]],
    ['what is too large', { ...good, size: 10 }, [['.size', 'maximum 9']]],
    ['a form that is wrong', { ...good, name: 'A1' }, [['.name', 'pattern "^[a-z]+$"']]],
    ['what is within a list', { ...good, users: [{ login: 'a' }, {}] }, [['.users.1.login', 'required ["login"]']]],
    ['a tuple that is too short', { ...good, pair: [1] }, [['.pair', 'minItems 2']]],
    ['a map’s value', { ...good, labels: { a: 3 } }, [['.labels.a', 'type "string"']]],
  ])('finds %s', (_name, data, expected) => {
    expect(wrong(data)).toEqual(expected)
  })

  it('puts the server’s refusals at their paths', () => {
    expect(serverErrors([{ field: ['inputs', 'users', '1', 'login'], message: 'taken' }])).toEqual({ users: { 1: { login: { __errors: ['taken'] } } } })
  })
})

describe('SchemaForm', () => {
  beforeAll(speakEnglish)

  function show(values: Record<string, unknown>) {
    const onSubmit = vi.fn()
    const onChange = vi.fn()
    const element = (current: Record<string, unknown>, refusals: { field: string[]; message: string }[] = []) => (
      <MantineProvider env="test">
        <SchemaForm id="form" schema={SCHEMA} values={current} onChange={onChange} onSubmit={onSubmit} refusals={refusals}>
          <button type="submit">send</button>
        </SchemaForm>
      </MantineProvider>
    )
    const { rerender } = render(element(values))
    return { onSubmit, onChange, rerender: (...args: Parameters<typeof element>) => { rerender(element(...args)) } }
  }

  it('keeps what is wrong, says it in the template’s words, and sends nothing', async () => {
    const { onSubmit } = show({ name: 'A1', secret: 's' })
    await userEvent.click(screen.getByText('send'))
    expect(await screen.findByText('Small letters.')).toBeTruthy()
    expect(onSubmit).not.toHaveBeenCalled()
  })

  it('sends what was given with the defaults of the rest', async () => {
    const { onSubmit } = show({ name: 'shop', secret: 's' })
    await userEvent.click(screen.getByText('send'))
    await waitFor(() => { expect(onSubmit).toHaveBeenCalledOnce() })
    expect(onSubmit.mock.calls[0]?.[0]).toMatchObject({ name: 'shop', secret: 's', size: 3, rare: true, window: null })
    expect(onSubmit.mock.calls[0]?.[0]).not.toHaveProperty('hidden')
  })

  it('takes words into a list that must have some, and into one with places that are empty', async () => {
    const { onChange } = show({ name: 'shop', secret: 's', servers: [undefined, 'ns1'] })
    expect(screen.getByText('ns1')).toBeTruthy()
    await userEvent.type(screen.getByLabelText('Servers', { selector: 'input' }), 'ns2{Enter}')
    expect(onChange.mock.lastCall?.[0]).toMatchObject({ servers: ['ns1', 'ns2'] })
    await userEvent.type(screen.getByLabelText('Hosts', { selector: 'input' }), 'a,b{Enter}')
    expect(onChange.mock.lastCall?.[0]).toMatchObject({ hosts: ['a', 'b'] })
  })

  it('tells of every change, also within a map', async () => {
    const { onChange } = show({ name: 'shop', secret: 's', labels: { team: 'web' } })
    await userEvent.type(screen.getByDisplayValue('web'), '!')
    expect(onChange.mock.lastCall?.[0]).toMatchObject({ labels: { team: 'web!' } })
  })

  it('shows what the server refused beside its field', async () => {
    const { rerender } = show({ name: 'shop', secret: 's' })
    rerender({ name: 'shop', secret: 's' }, [{ field: ['inputs', 'name'], message: 'Already taken.' }])
    expect(await screen.findByText('Already taken.')).toBeTruthy()
  })
})
