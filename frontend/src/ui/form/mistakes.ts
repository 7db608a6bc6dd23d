import { textIn } from '../format'
import type { InputSchema } from './schema'

type Path = readonly (string | number)[]

/** Something that is wrong in a form: what is said of it, and where. */
export interface Mistake {
  /** Of the field, in the page. */
  id: string
  /** Below the form's values; empty for fields outside of them. */
  path: Path
  label: string
  message: string
}

/** What is wrong at each path, with the names that the reader sees, in the order of the fields. */
export function mistakesIn(schema: InputSchema, order: readonly string[], language: string, rowName: (at: number) => string, wrong: readonly { path: Path; message: string }[]): Mistake[] {
  const place = ({ path }: { path: Path }) => order.indexOf(String(path[0]))
  return [...wrong].sort((a, b) => place(a) - place(b)).map(({ path, message }) => ({ id: ['root', ...path].join('_'), path, label: labelOf(schema, path, language, rowName), message }))
}

function labelOf(schema: InputSchema, path: Path, language: string, rowName: (at: number) => string): string {
  const labels: string[] = []
  let at: InputSchema | undefined = schema
  for (const part of path) {
    at = typeof part === 'number' ? itemOf(at, part) : partOf(at, part)
    labels.push(typeof part === 'number' ? rowName(part + 1) : textIn(language, at?.['x-arpent']?.title) || at?.title || part)
  }
  return labels.join(' › ')
}

function itemOf(schema: InputSchema | undefined, at: number): InputSchema | undefined {
  return schema?.prefixItems?.[at] ?? (typeof schema?.items === 'object' ? schema.items : undefined)
}

function partOf(schema: InputSchema | undefined, name: string): InputSchema | undefined {
  return schema?.properties?.[name] ?? (typeof schema?.additionalProperties === 'object' ? { ...schema.additionalProperties, title: name } : undefined)
}

/** Those mistakes whose values are still what they were. */
export function remaining(mistakes: readonly Mistake[], before: unknown, now: unknown): Mistake[] {
  return mistakes.filter(({ path }) => JSON.stringify(valueAt(before, path)) === JSON.stringify(valueAt(now, path)))
}

function valueAt(values: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, part) => (typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[part] : undefined), values)
}

const CAN_HAVE_FOCUS = 'input:not([type="hidden"]):not([disabled]), textarea:not([disabled]), select:not([disabled]), button:not([disabled]), [role="slider"]'

/** Brings a field into sight and gives it the focus; of a group its first field. */
export function goTo(id: string) {
  const element = document.getElementById(id)
  if (!element) return
  const field = element.matches(CAN_HAVE_FOCUS) ? element : (element.querySelector<HTMLElement>(CAN_HAVE_FOCUS) ?? element)
  field.focus({ preventScroll: true })
  element.scrollIntoView({ block: 'center' })
}
