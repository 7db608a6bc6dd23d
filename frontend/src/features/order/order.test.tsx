import { screen } from '@testing-library/react'
import i18next from 'i18next'
import { expect, it } from 'vitest'
import { expectAccessible, renderPortal } from '@/testing/portal'
import { EMPTY_LINE, lineInput } from './lines'
import { OrderComparison } from './OrderComparison'

it('sends sizes in the units of the server, and nothing for what is left empty', () => {
  expect(lineInput({ ...EMPTY_LINE, count: '10', title: ' Web ', cores: 8, memory: 1.5, labels: ['role=web', 'spare'] })).toEqual({
    kind: 'SERVER', count: 10, title: 'Web', specification: { cores: 8, memoryMiB: 1_536, diskGiB: undefined, system: '', location: '' }, labels: { role: 'web', spare: '' },
  })
  expect(lineInput({ ...EMPTY_LINE, kind: 'NETWORK', count: 2, title: 'Networks', cores: 8 })).toEqual({ kind: 'NETWORK', count: 2, title: 'Networks' })
})

it('lists what is missing, different and extra', async () => {
  const order = {
    __typename: 'PurchaseOrder', id: 'ord_1',
    comparison: {
      __typename: 'OrderComparison',
      lines: [
        { __typename: 'OrderLineComparison', lineId: 'orl_1', kind: 'SERVER', title: 'Web', ordered: 3, delivered: 2, missing: 1, different: [{ __typename: 'ServerDifference', serverId: 'srv_1', hostname: 'web-01', what: 'cores', ordered: '8', delivered: '4' }, { __typename: 'ServerDifference', serverId: 'srv_2', hostname: 'web-02', what: 'memoryMiB', ordered: '65536', delivered: '' }] },
        { __typename: 'OrderLineComparison', lineId: 'orl_2', kind: 'SERVER', title: 'Database', ordered: 1, delivered: 1, missing: 0, different: [] },
        { __typename: 'OrderLineComparison', lineId: 'orl_3', kind: 'NETWORK', title: 'Private range', ordered: 4, delivered: 0, missing: 4, different: [] },
      ],
      extra: [{ __typename: 'DeliveredServer', id: 'srv_9', hostname: 'mystery' }],
    },
  } as never
  await renderPortal(<OrderComparison order={order} />, { language: 'fr' })
  for (const text of [i18next.t('order.comparison.missing', { count: 1 }), i18next.t('order.comparison.missing', { count: 4 }), 'Private range', i18next.t('order.line.kind.NETWORK'), i18next.t('order.comparison.different', { count: 2 }), i18next.t('order.comparison.whole'), 'mystery']) expect(await screen.findByText(text)).toBeTruthy()
  expect(screen.getByRole('row', { name: /web-01/ }).textContent).toBe(`web-01${i18next.t('server.fact.cores')}84`)
  expect(screen.getByRole('row', { name: /web-02/ }).textContent).toMatch(new RegExp(`^web-02${i18next.t('server.fact.memory')}64.Gio–$`))
  await expectAccessible()
})
