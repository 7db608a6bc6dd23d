import { readdirSync, readFileSync } from 'node:fs'
import {
  buildSchema,
  type ExecutionResult,
  execute,
  getNamedType,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLTypeResolver,
  parse,
  subscribe,
  validate,
} from 'graphql'

/** Any row of the sample data: what it is, its id, and its fields; a function stands for a computed field. */
export interface Row {
  __typename: string
  id: string
  [field: string]: unknown
}

/** Arguments of a field; those that are not strings are cast where they are read. */
export type Args = Record<string, string | undefined>

export interface World {
  rows: () => Row[]
  /** Fields of Query, Mutation and Subscription that are more than a list of rows. */
  root: Record<string, (args: Args) => unknown>
}

const SCHEMA_DIR = new URL('../../../graph/schema/', import.meta.url)

const schema = buildSchema(
  readdirSync(SCHEMA_DIR).filter((name) => name.endsWith('.graphql')).map((name) => readFileSync(new URL(name, SCHEMA_DIR), 'utf8')).join('\n'),
)

// Node may load graphql twice, as a module and as CommonJS: whoever executes on this schema takes these.
export { execute, subscribe }

/** Answers operations against the project's real schema, out of a world of plain rows. */
export function createExecutor(world: World) {
  const fieldResolver: GraphQLFieldResolver<unknown, unknown> = (source, args: Args, _context, info) => {
    if (info.path.prev === undefined) return info.operation.operation === 'subscription' ? (source as Record<string, unknown>)[info.fieldName] : resolveRoot(world, info, args)
    const value = (source as Record<string, unknown>)[info.fieldName]
    const plain: unknown = typeof value === 'function' ? (value as (args: unknown) => unknown)(args) : value
    return isConnection(info) ? connect(plain as Row[], args) : plain
  }
  const typeResolver: GraphQLTypeResolver<unknown, unknown> = (value) => (value as Row).__typename
  const argsOf = (query: string, variableValues?: Record<string, unknown>) => ({
    schema,
    document: parse(query),
    variableValues,
    fieldResolver,
    typeResolver,
    subscribeFieldResolver: ((_source, args: Args, _context, info) => world.root[info.fieldName]?.(args)) as GraphQLFieldResolver<unknown, unknown>,
  })

  return {
    execute: (query: string, variables?: Record<string, unknown>): ExecutionResult | Promise<ExecutionResult> => {
      const errors = validate(schema, parse(query))
      return errors.length > 0 ? { errors } : execute(argsOf(query, variables))
    },
    /** What graphql's execute and subscribe take. */
    argsOf,
  }
}

function resolveRoot(world: World, info: GraphQLResolveInfo, args: Args): unknown {
  const type = getNamedType(info.returnType).name
  if (isConnection(info)) return connect(world.rows().filter((row) => `${row.__typename}Connection` === type), args)
  const own = world.root[info.fieldName]
  if (own) return own(args)
  return world.rows().find((row) => row.id === args.id) ?? null
}

function isConnection(info: GraphQLResolveInfo): boolean {
  return getNamedType(info.returnType).name.endsWith('Connection')
}

interface ListArgs {
  where?: Record<string, unknown>
  orderBy?: { field: string; direction: string }
  first?: number
  after?: string
}

function connect(rows: Row[], { where, orderBy, first = 20, after }: ListArgs) {
  const all = rows.filter((row) => matches(row, where ?? {}))
  if (orderBy) all.sort(comparing(orderBy))
  const start = after ? all.findIndex((row) => row.id === after) + 1 : 0
  const page = all.slice(start, start + first)
  return {
    totalCount: all.length,
    pageInfo: { hasNextPage: start + first < all.length, hasPreviousPage: start > 0, startCursor: page[0]?.id, endCursor: page.at(-1)?.id },
    edges: page.map((node) => ({ node, cursor: node.id })),
  }
}

function comparing({ field, direction }: { field: string; direction: string }) {
  const name = field.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
  const sign = direction === 'DESC' ? -1 : 1
  return (a: Row, b: Row) => sign * String(a[name] ?? '').localeCompare(String(b[name] ?? ''), undefined, { numeric: true })
}

const PREDICATES: [string, (value: unknown, wanted: never) => boolean][] = [
  ['NotIn', (value, wanted: unknown[]) => !wanted.includes(value)],
  ['In', (value, wanted: unknown[]) => wanted.includes(value)],
  ['NEQ', (value, wanted) => value !== wanted],
  ['ContainsFold', (value, wanted: string) => String(value).toLowerCase().includes(wanted.toLowerCase())],
  ['HasPrefix', (value, wanted: string) => String(value).startsWith(wanted)],
  ['GTE', (value, wanted: string) => String(value) >= wanted],
  ['LTE', (value, wanted: string) => String(value) <= wanted],
  ['LT', (value, wanted: string) => String(value) < wanted],
  ['GT', (value, wanted: string) => String(value) > wanted],
]

function matches(row: Row, where: Record<string, unknown>): boolean {
  return Object.entries(where).every(([name, wanted]) => {
    if (wanted === undefined || wanted === null) return true
    if (name === 'and') return (wanted as Record<string, unknown>[]).every((inner) => matches(row, inner))
    if (name === 'or') return (wanted as Record<string, unknown>[]).some((inner) => matches(row, inner))
    if (name === 'not') return !matches(row, wanted as Record<string, unknown>)
    for (const [suffix, holds] of PREDICATES) {
      if (!(name in row) && name.endsWith(suffix)) return holds(row[name.slice(0, -suffix.length)], wanted as never)
    }
    return row[name] === wanted
  })
}
