import type { PlanAction } from '@/gql/graphql'

export interface Change {
  address: string
  module: string
  action: PlanAction
}

/** A module and what changes in it; the root has no name. */
export interface ModuleNode<C extends Change> {
  /** Its own part of the address, as in `db` or `db["eu"]`. */
  name: string
  path: string
  changes: C[]
  modules: ModuleNode<C>[]
}

/** What does nothing to the world. */
const SILENT: PlanAction[] = ['NO_OP', 'READ']

/** Groups changes by the modules they are in, each level in the order of its names, the root's own first. */
export function planTree<C extends Change>(changes: readonly C[]): ModuleNode<C> {
  const root: ModuleNode<C> = { name: '', path: '', changes: [], modules: [] }
  const known = new Map([['', root]])
  for (const change of changes) if (!SILENT.includes(change.action)) moduleOf(known, change.module).changes.push(change)
  sort(root)
  return root
}

function moduleOf<C extends Change>(known: Map<string, ModuleNode<C>>, path: string): ModuleNode<C> {
  const found = known.get(path)
  if (found) return found
  const { parent, name } = splitModule(path)
  const node: ModuleNode<C> = { name, path, changes: [], modules: [] }
  known.set(path, node)
  moduleOf(known, parent).modules.push(node)
  return node
}

/** "module.a.module.b["x.y"]" is "b["x.y"]" within "module.a". */
function splitModule(path: string): { parent: string; name: string } {
  const match = /^(?:(.*)\.)?module\.([^.[]+(?:\["(?:[^"\\]|\\.)*"\]|\[\d+\])?)$/.exec(path)
  return match ? { parent: match[1] ?? '', name: match[2] ?? path } : { parent: '', name: path }
}

function sort<C extends Change>(node: ModuleNode<C>) {
  node.changes.sort((a, b) => a.address.localeCompare(b.address, 'en', { numeric: true }))
  node.modules.sort((a, b) => a.path.localeCompare(b.path, 'en', { numeric: true }))
  node.modules.forEach(sort)
}

/** How many changes there are in a module and below. */
export function countChanges<C extends Change>(node: ModuleNode<C>): number {
  return node.modules.reduce((sum, inner) => sum + countChanges(inner), node.changes.length)
}

/** Whether a change is one of the wanted kinds and its address holds the text. */
export function wanted(change: Change, actions: readonly PlanAction[], text: string): boolean {
  return (actions.length === 0 || actions.includes(change.action)) && change.address.toLowerCase().includes(text.toLowerCase())
}
