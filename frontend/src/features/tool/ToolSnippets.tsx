import { Group, NumberInput, Stack, Text, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { Trans, useTranslation } from 'react-i18next'
import { LinkButton } from '@/ui/LinkButton'
import { Panel } from '@/ui/Panel'
import { Snippet } from './Snippet'
import { snippetsOf, type Wanted } from './snippets'

/** What is chosen beside the servers. */
export interface ToolSettings {
  port: number
  user: string
}

interface ToolSnippetsProps {
  wanted: Wanted
  where: object
  settings: ToolSettings
  onSettings: (change: Partial<ToolSettings>) => void
}

/** What other tools are told so that they read this inventory, ready to be pasted. */
export function ToolSnippets({ wanted, where, settings, onSettings }: ToolSnippetsProps) {
  const { t } = useTranslation()
  const { port, user } = settings
  const code = snippetsOf({ url: window.location.origin, wanted, where, port, user })
  return (
    <Stack gap="md">
      <Tool title={t('tool.token.title')} actions={<LinkButton to="/profile" variant="default">{t('tool.token.make')}</LinkButton>}>
        <Text size="sm"><Trans i18nKey="tool.token.help" components={[<code key="read" />, <code key="report" />]} /></Text>
        <Text size="sm" c="dimmed">{t('tool.token.roles')}</Text>
        <Snippet title={t('tool.token.environment')} help={t('tool.token.environmentHelp')} code={code.environment} />
      </Tool>
      <Tool title="Ansible">
        <Snippet title={t('tool.ansible.script')} help={t('tool.ansible.scriptHelp')} code={code.ansibleScript} />
        <Snippet title={t('tool.ansible.run')} help={t('tool.ansible.runHelp')} code={code.ansibleRun} />
        <Snippet title={t('tool.ansible.list')} code={code.ansibleList} />
        <Snippet title={t('tool.ansible.host')} code={code.ansibleHost} />
      </Tool>
      <Tool title="Prometheus">
        <NumberInput label={t('tool.prometheus.port')} value={port} onChange={(next) => { onSettings({ port: Number(next) }) }} min={1} max={65_535} allowDecimal={false} w={180} />
        <Snippet title={t('tool.prometheus.discovery')} help={t('tool.prometheus.discoveryHelp')} code={code.prometheus} />
        <Snippet title={t('tool.prometheus.alertmanager')} help={t('tool.prometheus.alertmanagerHelp')} code={code.alertmanager} />
      </Tool>
      <Tool title="ssh">
        <TextInput label={t('tool.ssh.user')} description={t('tool.ssh.userHelp')} value={user} onChange={({ currentTarget }) => { onSettings({ user: currentTarget.value.trim() }) }} spellCheck={false} w={280} />
        <Snippet title={t('tool.ssh.config')} help={t('tool.ssh.configHelp')} code={code.sshConfig} />
        <Snippet title={t('tool.ssh.knownHosts')} help={t('tool.ssh.knownHostsHelp')} code={code.knownHosts} />
        <Snippet title={t('tool.ssh.include')} code={code.sshInclude} />
      </Tool>
      <Tool title={t('tool.export.title')}>
        <Text size="sm" c="dimmed">{t('tool.export.help')}</Text>
        <Snippet title="CSV" code={code.exportCSV} />
        <Snippet title="JSON" code={code.exportJSON} />
      </Tool>
    </Stack>
  )
}

function Tool({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  return <Panel title={title} actions={actions && <Group gap="xs">{actions}</Group>}><Stack gap="md">{children}</Stack></Panel>
}
