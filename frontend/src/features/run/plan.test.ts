import { expect, it } from 'vitest'
import { countChanges, planTree, wanted } from './plan'

const change = (module: string, name: string, action: 'CREATE' | 'DELETE' | 'READ' = 'CREATE') => ({ address: [module, name].filter(Boolean).join('.'), module, action })

it('groups by module, nested, in the order of names, and leaves out what does nothing', () => {
  const tree = planTree([
    change('module.b', 'x.1'),
    change('', 'x.root'),
    change('module.a.module.inner["eu.west"]', 'x.10'),
    change('module.a.module.inner["eu.west"]', 'x.9'),
    change('module.b', 'data.read', 'READ'),
  ])
  expect(tree.changes.map(({ address }) => address)).toEqual(['x.root'])
  expect(tree.modules.map(({ name }) => name)).toEqual(['a', 'b'])
  const inner = tree.modules[0]?.modules[0]
  expect([inner?.name, inner?.path]).toEqual(['inner["eu.west"]', 'module.a.module.inner["eu.west"]'])
  expect(inner?.changes.map(({ address }) => address.split('.').at(-1))).toEqual(['9', '10'])
  expect(countChanges(tree)).toBe(4)
})

it('filters by kind and by address', () => {
  expect(wanted(change('module.db', 'x'), [], 'DB')).toBe(true)
  expect(wanted(change('module.db', 'x'), ['DELETE'], '')).toBe(false)
  expect(wanted(change('module.db', 'x', 'DELETE'), ['DELETE'], 'nope')).toBe(false)
})
