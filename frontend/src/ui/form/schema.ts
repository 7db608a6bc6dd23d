import type { RJSFSchema, UiSchema } from '@rjsf/utils'
import { type LocalText, textIn } from '../format'

/** Where a field's choices come from: a connection of ours, and which fields of its nodes to take. */
export interface Source {
  from: string
  value: string
  label: string
}

/** Who fills in what a form does not ask for. */
export type Giver = 'project' | 'platform' | 'template' | 'request' | 'library'

/** What a template's schema says beyond JSON Schema (docs/templates.md). */
interface Note {
  title?: LocalText
  help?: LocalText
  placeholder?: LocalText
  widget?: string
  group?: string
  order?: number
  advanced?: boolean
  hidden?: boolean
  sensitive?: boolean
  nullable?: boolean
  choices?: { value: unknown; title: LocalText }[]
  source?: Source
  binding?: string
  givenBy?: Giver
  validations?: { message: string; text?: LocalText }[]
}

export interface InputSchema {
  type?: string | string[]
  title?: string
  description?: string
  properties?: Record<string, InputSchema>
  required?: string[]
  items?: InputSchema | boolean
  prefixItems?: InputSchema[]
  additionalProperties?: InputSchema | boolean
  enum?: unknown[]
  default?: unknown
  pattern?: string
  uniqueItems?: boolean
  minimum?: number
  maximum?: number
  'x-arpent'?: Note & {
    groups?: { name: string; title?: LocalText; help?: LocalText }[]
    bound?: Record<string, InputSchema>
    given?: Record<string, InputSchema>
  }
  [keyword: string]: unknown
}

/** A part of the form: its heading and the names of its fields, in order. */
export interface Section {
  name: string
  title: string
  help: string
  fields: string[]
}

export interface PreparedForm {
  /** What the form library draws. */
  schema: RJSFSchema
  uiSchema: UiSchema
  /** What values are checked against: the template's schema without what is not asked. */
  checked: InputSchema
  sections: Section[]
  /** Fields that are folded away at first. */
  advanced: string[]
}

/** Widgets and fields of ours, by the names that `fields.tsx` and `widgets.tsx` register them under. */
const WIDGETS: Record<string, string> = {
  text: 'text', textarea: 'textarea', code: 'code', password: 'password', color: 'color', date: 'date', select: 'choice', radio: 'choices',
  number: 'number', slider: 'slider', switch: 'switch', checkbox: 'checkbox', tags: 'tags',
}

/**
 * Makes of a template's JSON Schema what the form library takes: texts in the reader's language, fields in order and in
 * sections, a widget for each. `kept` names the secret inputs that have a value already and need not be given again.
 */
export function prepareForm(schema: InputSchema, language: string, kept: readonly string[] = []): PreparedForm {
  const names = Object.entries(schema.properties ?? {})
    .filter(([, property]) => !noteOf(property).hidden && !noteOf(property).binding)
    .sort(inOrder)
    .map(([name]) => name)
  const required = (schema.required ?? []).filter((name) => names.includes(name) && !kept.includes(name))
  const properties: Record<string, InputSchema> = {}
  for (const name of names) properties[name] = schema.properties?.[name] ?? {}
  const drawn = draw({ ...schema, properties, required, title: undefined }, language, kept)
  const advanced = names.filter((name) => noteOf(properties[name]).advanced && !required.includes(name))
  return { ...drawn, checked: checkable({ ...schema, properties, required }), sections: sections(schema, names, advanced, language), advanced }
}

/** A variable that is filled in elsewhere. */
export interface Given {
  name: string
  title: string
  by: Giver
}

/** What a form need not ask for, and who gives it. What nobody is to see is left out. */
export function givenIn(schema: InputSchema, language: string): Given[] {
  const { bound, given } = schema['x-arpent'] ?? {}
  return Object.entries({ ...bound, ...given })
    .filter(([, property]) => !noteOf(property).hidden)
    .sort(inOrder)
    .map(([name, property]) => ({ name, title: textIn(language, noteOf(property).title) || property.title || name, by: giverOf(noteOf(property)) }))
}

/** A binding begins with what it is read from; one that is a constant begins with =. */
function giverOf({ givenBy, binding = '' }: Note): Giver {
  if (givenBy) return givenBy
  if (binding.startsWith('project.')) return 'project'
  if (binding.startsWith('resource.')) return 'request'
  return binding.startsWith('platform.') ? 'platform' : 'library'
}

/** Only the values that a form asks for. */
export function asked(schema: InputSchema, values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name in (schema.properties ?? {})))
}

/** As the template says, else as they come. */
function inOrder([, a]: [string, InputSchema], [, b]: [string, InputSchema]): number {
  return (noteOf(a).order ?? 0) - (noteOf(b).order ?? 0)
}

function noteOf(schema: InputSchema | undefined): Note {
  return schema?.['x-arpent'] ?? {}
}

function sections(schema: InputSchema, names: string[], advanced: string[], language: string): Section[] {
  const groups = schema['x-arpent']?.groups ?? []
  const known = new Set(groups.map(({ name }) => name))
  const plain = names.filter((name) => !advanced.includes(name))
  const groupOf = (name: string) => noteOf(schema.properties?.[name]).group ?? ''
  const loose = { name: '', title: '', help: '', fields: plain.filter((name) => !known.has(groupOf(name))) }
  const grouped = groups.map(({ name, title, help }) => ({ name, title: textIn(language, title) || name, help: textIn(language, help), fields: plain.filter((field) => groupOf(field) === name) }))
  return [loose, ...grouped].filter(({ fields }) => fields.length > 0)
}

interface Drawn {
  schema: RJSFSchema
  uiSchema: UiSchema
}

/** A compound value that may be absent is drawn as a switch: the library would fill in its parts and never leave it out. */
function drawAbsent(source: InputSchema, language: string): Drawn {
  const inner = draw({ ...source, type: typeOf(source), default: undefined }, language)
  const { title, description } = inner.schema
  const absent = noteOf(source).nullable ? null : undefined
  return { schema: { title, description, default: source.default as null }, uiSchema: { 'ui:field': 'absent', inner, absent } }
}

function mayBeAbsent(source: InputSchema, required: boolean): boolean {
  const type = typeOf(source)
  if (type !== 'object' && type !== 'array') return false
  if (noteOf(source).nullable) return true
  return !required && source.default === undefined && Boolean(source.properties ?? source.prefixItems)
}

function draw(source: InputSchema, language: string, kept: readonly string[] = []): Drawn {
  const note = noteOf(source)
  const { 'x-arpent': _note, $schema: _dialect, items, prefixItems, additionalProperties, properties, ...schema } = source
  const uiSchema: UiSchema = { ...look(source) }
  const title = textIn(language, note.title) || source.title
  const description = textIn(language, note.help) || source.description
  const options = { placeholder: textIn(language, note.placeholder) || undefined, source: note.source, nullable: note.nullable, messages: note.validations?.map(({ message, text }) => textIn(language, text) || unquote(message)) }
  uiSchema['ui:options'] = options
  const drawn: Record<string, unknown> = { ...schema, title, description }
  if (note.choices) uiSchema['ui:enumNames'] = note.choices.map((choice) => textIn(language, choice.title) || String(choice.value))
  if (note.nullable) uiSchema['ui:emptyValue'] = null
  if (Array.isArray(drawn.enum)) drawn.enum = drawn.enum.filter((value) => value !== null)
  if (properties) drawObject(drawn, uiSchema, source, language, kept)
  drawItems(drawn, uiSchema, { items, prefixItems, additionalProperties }, language)
  return { schema: drawn as RJSFSchema, uiSchema }
}

function drawObject(drawn: Record<string, unknown>, uiSchema: UiSchema, { properties = {}, required = [] }: InputSchema, language: string, kept: readonly string[]) {
  const inner: Record<string, RJSFSchema> = {}
  for (const [name, property] of Object.entries(properties).sort(inOrder)) {
    const child = mayBeAbsent(property, required.includes(name)) ? drawAbsent(property, language) : draw(property, language)
    inner[name] = child.schema
    uiSchema[name] = kept.includes(name) ? { ...child.uiSchema, 'ui:options': { ...(child.uiSchema['ui:options'] as object), kept: true } } : child.uiSchema
  }
  drawn.properties = inner
}

/** The library knows tuples in their older form: a list under `items`. */
function drawItems(drawn: Record<string, unknown>, uiSchema: UiSchema, { items, prefixItems, additionalProperties }: Pick<InputSchema, 'items' | 'prefixItems' | 'additionalProperties'>, language: string) {
  if (prefixItems) {
    const parts = prefixItems.map((part, index) => draw({ title: String(index + 1), ...part }, language))
    drawn.items = parts.map(({ schema }) => schema)
    uiSchema.items = parts.map(({ uiSchema: ui }) => ui) as unknown as UiSchema
  } else if (typeof items === 'object') {
    const part = draw(items, language)
    drawn.items = part.schema
    uiSchema.items = part.uiSchema
  }
  if (typeof additionalProperties === 'object') {
    const part = draw(additionalProperties, language)
    drawn.additionalProperties = part.schema
    uiSchema.mapValue = { schema: part.schema, uiSchema: part.uiSchema }
  }
}

/** Which widget or field of ours draws this. */
function look(schema: InputSchema): UiSchema {
  const note = noteOf(schema)
  const type = typeOf(schema)
  if (type === undefined) return { 'ui:field': 'json' }
  if (type === 'object' && !schema.properties) return { 'ui:field': typeof schema.additionalProperties === 'object' ? 'map' : 'json' }
  if (type === 'array' && !schema.prefixItems) return lookOfList(schema, note)
  if (type === 'object' || type === 'array') return {}
  if (note.sensitive) return { 'ui:widget': type === 'string' ? 'password' : 'text' }
  if (note.source) return { 'ui:widget': 'source' }
  const wanted = note.widget && WIDGETS[note.widget]
  if (wanted && (wanted !== 'slider' || (schema.minimum !== undefined && schema.maximum !== undefined))) return { 'ui:widget': wanted }
  if (schema.enum) return { 'ui:widget': 'choice' }
  return { 'ui:widget': { string: 'text', number: 'number', integer: 'number', boolean: 'switch' }[type] ?? 'text' }
}

function lookOfList(schema: InputSchema, note: Note): UiSchema {
  if (note.source) return { 'ui:widget': 'source' }
  const items = typeof schema.items === 'object' ? schema.items : {}
  if (items.enum) return { 'ui:widget': 'choice' }
  return typeOf(items) === 'string' && !note.sensitive ? { 'ui:widget': 'tags' } : {}
}

/** The type that is not null. */
function typeOf(schema: InputSchema): string | undefined {
  return Array.isArray(schema.type) ? schema.type.find((type) => type !== 'null') : schema.type
}

/** Terraform's messages come as they stand in its code, with their quotes. */
function unquote(message: string): string {
  try {
    const text: unknown = JSON.parse(message)
    return typeof text === 'string' ? text : message
  } catch {
    return message
  }
}

/** Leaves out patterns that JavaScript does not know: the server checks those. */
function checkable<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(checkable) as T
  if (typeof schema !== 'object' || schema === null) return schema
  return Object.fromEntries(
    Object.entries(schema).filter(([keyword, value]) => keyword !== 'pattern' || typeof value !== 'string' || isRegExp(value)).map(([keyword, value]) => [keyword, keyword === 'default' || keyword === 'enum' ? value : checkable(value)]),
  ) as T
}

function isRegExp(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u')
    return true
  } catch {
    return false
  }
}
