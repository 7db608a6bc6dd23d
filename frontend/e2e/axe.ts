import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type axe from 'axe-core'
import type { Page } from 'playwright-core'
import type { Language } from './words'

/** Run in the page without a script element: its content policy allows none. */
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** The colours that each language is looked at in: neither changes what axe says of the other. */
export const COLOURS: Record<Language, 'light' | 'dark'> = { en: 'light', fr: 'dark' }

/** Changes the colours and waits until none of them is still on its way. */
export async function wear(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme })
  await page.waitForFunction((scheme) => document.documentElement.dataset.mantineColorScheme === scheme, colorScheme)
  await page.waitForFunction(() => !document.getAnimations().some((animation) => animation instanceof CSSTransition))
}

/** What axe objects to in a page as it stands. */
export async function objections(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  const { violations } = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'] }))
  // A menu belongs to its button, wherever it stands in the page.
  const inMenu = (node: { target: unknown; html: string }) => String(node.target).includes('menuitem') || node.html.includes('role="menu"')
  return violations.flatMap(({ id, nodes }) => nodes.filter((node) => id !== 'region' || !inMenu(node)).map((node) => `${id}: ${node.target.join(' ')}: ${node.any[0]?.message ?? node.html}`))
}
