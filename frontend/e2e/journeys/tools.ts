import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { objections } from '../axe'
import { admin, ines } from '../people'
import type { Stage } from '../stage'
import { wordsIn } from '../words'

const run = promisify(execFile)

/** What the page gives to paste works where it is pasted, for exactly the servers that are chosen. */
export function tools(stage: Stage) {
  describe.each([{ ...admin, language: 'en' as const }, ines])('snippets for other tools, in $language', (who) => {
    const t = wordsIn(who.language)

    test('are pasted into a shell, and do what they say', async () => {
      const api = await stage.installation.api(who.email)
      await api.ask('mutation ($input: UpdateViewerInput!) { updateViewer(input: $input) { userErrors { message } } }', { input: { locale: who.language } })
      const { createApiToken } = await api.ask<{ createApiToken: { secret: string } }>('mutation ($input: CreateApiTokenInput!) { createApiToken(input: $input) { secret userErrors { message } } }', { input: { name: `tools-${who.language}`, scopes: ['project.read', 'inventory.read'], expiresAt: null } })
      const page = await stage.seats.of(who)
      await page.goto('/servers?health=%5B%22CRITICAL%22%5D')
      const broken = await page.getByRole('row').getByRole('link').first().innerText()
      await page.getByRole('link', { name: t('tool.title') }).last().click()
      await page.getByRole('heading', { level: 1, name: t('tool.title') }).waitFor()
      expect(await objections(page)).toEqual([])

      const home = await mkdtemp(join(tmpdir(), 'arpent-tools-'))
      const shell = async (what: string) => (await run('sh', ['-euc', await snippet(page, what)], { cwd: home, env: { PATH: process.env.PATH, HOME: home, ARPENT_TOKEN: createApiToken.secret, ARPENT_URL: stage.installation.url } })).stdout
      try {
        await shell(t('tool.ansible.script'))
        const query = /ARPENT_QUERY='(.*)'/.exec(await snippet(page, t('tool.ansible.run')))?.[1]
        const { stdout } = await run(join(home, 'arpent-inventory'), ['--list'], { env: { PATH: process.env.PATH, ARPENT_TOKEN: createApiToken.secret, ARPENT_URL: stage.installation.url, ARPENT_QUERY: query } })
        expect(Object.keys((JSON.parse(stdout) as { _meta: { hostvars: object } })._meta.hostvars)).toContain(broken)
        await shell('CSV')
        const rows = (await readFile(join(home, 'servers.csv'), 'utf8')).trim().split('\n')
        expect(rows.filter((row) => row.includes(broken))).toHaveLength(1)
        expect(rows.slice(1).every((row) => row.includes('CRITICAL'))).toBe(true)
        await shell(t('tool.ssh.config'))
        expect(await readFile(join(home, '.ssh/config.d/arpent'), 'utf8')).toContain(`Host ${broken}`)
        expect(await snippet(page, t('tool.prometheus.discovery'))).toContain(`url: "${stage.installation.url}/sources/prometheus?port=9100&where=`)
      } finally {
        await rm(home, { recursive: true, force: true })
      }
      expect(stage.seats.faults).toEqual([])
    })
  })
}

/** What stands in a snippet. */
function snippet(page: Page, title: string): Promise<string> {
  return page.getByRole('figure', { name: title, exact: true }).locator('pre').innerText()
}
