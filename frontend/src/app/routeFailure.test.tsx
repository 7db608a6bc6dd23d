import { screen } from '@testing-library/react'
import { CombinedError } from '@urql/core'
import i18next from 'i18next'
import { afterEach, expect, it, vi } from 'vitest'
import { renderPortal } from '@/testing/portal'
import { isAway, RouteFailure } from './RouteFailure'

afterEach(() => { vi.unstubAllGlobals() })

it.each([
  [new CombinedError({ networkError: new TypeError('Failed to fetch') }), true],
  [new CombinedError({ networkError: new Error('Bad Gateway'), response: { status: 502 } }), true],
  [new CombinedError({ graphQLErrors: ['You may not do this.'] }), false],
  [new TypeError('Failed to fetch dynamically imported module: /assets/x.js'), true],
  [new TypeError('x is undefined'), false],
])('tells from %s whether the server is away: %s', (error, away) => {
  expect(isAway(error)).toBe(away)
})

it('says that the server is away, and comes back by itself', async () => {
  let answers = 0
  vi.stubGlobal('fetch', () => Promise.resolve({ ok: ++answers > 1 }))
  const onBack = vi.fn()
  await renderPortal(<RouteFailure error={new CombinedError({ networkError: new TypeError('Failed to fetch') })} onBack={onBack} onRetry={() => undefined} />, { language: 'fr' })
  expect(await screen.findByText(i18next.t('common.error.away'))).toBeTruthy()
  await vi.waitFor(() => { expect(onBack).toHaveBeenCalled() }, { timeout: 20_000 })
  expect(answers).toBeGreaterThan(1)
})
