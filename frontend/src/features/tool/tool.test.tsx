import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import i18next from 'i18next'
import { expect, it, vi } from 'vitest'
import { expectAccessible, renderPortal } from '@/testing/portal'
import { snippetsOf } from './snippets'
import { ToolSnippets } from './ToolSnippets'

const url = 'https://arpent.example'

it('asks for the servers that are wanted, each tool in its own way', () => {
  const code = snippetsOf({ url, wanted: { project: 'MAPS', labels: ['role=web', "a='b'"], where: { healthIn: ['OK'] } }, where: { projectID: 'prj_1' }, port: 9_100, user: 'deploy' })
  const query = 'project=MAPS&label=role%3Dweb&label=a%3D%27b%27&where=%7B%22healthIn%22%3A%5B%22OK%22%5D%7D'
  expect(code.ansibleList).toBe(`${url}/sources/ansible?${query}`)
  expect(code.ansibleRun).toContain(`export ARPENT_QUERY='${query}'`)
  expect(code.prometheus).toContain(`url: "${url}/sources/prometheus?port=9100&${query}"`)
  expect(code.sshConfig).toContain(`'${url}/sources/ssh_config?user=deploy&${query}'`)
  expect(code.exportCSV).toContain(`'${url}/exports/servers.csv?where=%7B%22projectID%22%3A%22prj_1%22%7D'`)
})

it('asks for everything without a filter', () => {
  const code = snippetsOf({ url, wanted: { where: {} }, where: {}, port: 9_100, user: '' })
  expect([code.ansibleList, code.knownHosts.split('\n').at(-1)?.trim(), code.exportJSON.split('\n').at(-1)?.trim()]).toEqual([`${url}/sources/ansible`, `'${url}/sources/known_hosts'`, `'${url}/exports/servers.json'`])
  expect(code.sshConfig).toContain(`'${url}/sources/ssh_config'`)
})

it.each(['en', 'fr'] as const)('copies what stands there, and names what is copied (%s)', async (language) => {
  const user = userEvent.setup()
  const onSettings = vi.fn()
  await renderPortal(<ToolSnippets wanted={{ where: {} }} where={{}} settings={{ port: 9_100, user: '' }} onSettings={onSettings} />, { language })
  await user.click(await screen.findByRole('button', { name: i18next.t('tool.copy', { what: i18next.t('tool.ansible.list') }) }))
  expect(await navigator.clipboard.readText()).toBe(`${window.location.origin}/sources/ansible`)
  await expectAccessible()
  await user.type(screen.getByLabelText(i18next.t('tool.ssh.user')), 'd')
  expect(onSettings).toHaveBeenCalledWith({ user: 'd' })
})
