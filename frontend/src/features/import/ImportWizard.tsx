import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconDownload } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { OrderChooser, ProviderChooser } from '@/api/Chooser'
import { useAction } from '@/api/useAction'
import { useFormat } from '@/ui/format'
import { Loading } from '@/ui/Loading'
import { Panel } from '@/ui/Panel'
import { toast } from '@/ui/toast'
import { downloadBadRows } from './badRows'
import { FileDrop } from './FileDrop'
import { mappingOf } from './mapping'
import { MappingPanel } from './MappingPanel'
import { PreviewRows } from './PreviewRows'
import { ImportServers, type Preview, type Source, useImport } from './useImport'
import { useCounted } from './counted'

interface ImportWizardProps {
  provider?: string
  order?: string
  onChoose: (change: { provider?: string; order?: string }) => void
  onImported: (sessionId: string) => void
}

/** A hosting provider's file: read, corrected, looked at, and then imported as one session, or not at all. */
export function ImportWizard({ provider, order, onChoose, onImported }: ImportWizardProps) {
  const { t } = useTranslation()
  const [file, setFile] = useState<File | null>(null)
  const source: Source | null = file && provider ? { file, providerId: provider, orderId: order } : null
  const { preview, reading, choose, more } = useImport(source)
  return (
    <Stack gap="md">
      <Group gap="sm" align="flex-end">
        <ProviderChooser active label={t('import.provider')} value={provider} onChange={(next) => { onChoose({ provider: next, order: undefined }) }} w={{ base: '100%', xs: 240 }} />
        <OrderChooser provider={provider} label={t('import.order')} placeholder={t('import.noOrder')} value={order} onChange={(next) => { onChoose({ provider, order: next }) }} disabled={!provider} clearable w={{ base: '100%', xs: 320 }} />
      </Group>
      {provider ? <FileDrop file={file} onFile={setFile} /> : <Text size="sm" c="dimmed">{t('import.chooseProvider')}</Text>}
      {preview?.errors.map(({ message }) => <Alert key={message} color="red" icon={<IconAlertTriangle size={18} />} role="alert">{message}</Alert>)}
      {preview?.reading && <MappingPanel reading={preview.reading} onChoose={choose} />}
      {reading && !preview && <Loading rows={4} />}
      {source && preview && preview.errors.length === 0 && (
        <>
          <Outcome source={source} preview={preview} busy={reading} onImported={onImported} />
          <PreviewRows preview={preview} onMore={() => void more()} />
        </>
      )}
    </Stack>
  )
}

/** What a button says stands on two lines where one is too short for it. */
const WHOLE = { h: 'auto', mih: 36, py: 6, styles: { label: { whiteSpace: 'normal' } } } as const

interface OutcomeProps {
  source: Source
  preview: Preview
  busy: boolean
  onImported: (sessionId: string) => void
}

/** What would happen with the whole file, and the buttons that make it happen. */
function Outcome({ source, preview, busy, onImported }: OutcomeProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const [run, importing] = useAction(ImportServers)
  const [saving, setSaving] = useState(false)
  const { added, changed, unchanged, refused, reading } = preview
  const counted = useCounted()
  const good = added + changed

  async function send(skipBadRows: boolean) {
    const input = { ...source, mapping: reading && mappingOf(reading), dryRun: false, skipBadRows, first: 0, after: 0 }
    const data = await run({ input })
    if (!data) return
    if (data.importServers.session) {
      toast.success(t('import.done', { count: good, shown: format.number(good) }))
      onImported(data.importServers.session.id)
    } else toast.info(t('import.nothingNew'))
  }

  async function download() {
    const name = source.file.name.replace(/\.\w+$/, '') + t('import.badRowsSuffix') + '.csv'
    setSaving(true)
    await downloadBadRows({ ...source, reading, name }).catch((error: unknown) => { toast.error((error instanceof Error && error.message) || t('common.error.network')) })
    setSaving(false)
  }

  return (
    <Panel title={t('import.outcome.title')} tone={refused > 0 ? 'warning' : undefined}>
      <Stack gap="sm">
        <Text role="status">{counted({ ADDED: added, CHANGED: changed, UNCHANGED: unchanged, REFUSED: refused })}</Text>
        {refused > 0 && <Text size="sm" c="dimmed">{t('import.badHelp')}</Text>}
        <Group gap="xs">
          {refused === 0 && <Button loading={importing} disabled={busy || good === 0} onClick={() => void send(false)}>{t('import.commit', { count: good, shown: format.number(good) })}</Button>}
          {refused > 0 && <Button {...WHOLE} loading={importing} disabled={busy || good === 0} onClick={() => void send(true)}>{t('import.commitGood', { count: good, shown: format.number(good) })}</Button>}
          {refused > 0 && <Button {...WHOLE} variant="default" leftSection={<IconDownload size={15} />} loading={saving} onClick={() => void download()}>{t('import.downloadBad', { count: refused, shown: format.number(refused) })}</Button>}
          {good === 0 && refused === 0 && <Text size="sm" c="dimmed">{t('import.nothingNew')}</Text>}
        </Group>
      </Stack>
    </Panel>
  )
}
