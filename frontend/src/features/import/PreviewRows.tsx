import { Code, SegmentedControl, Table, Text } from '@mantine/core'
import { IconAlertTriangle, IconEqual, IconPencil, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ImportOutcome } from '@/gql/graphql'
import { useFormat } from '@/ui/format'
import { LoadMore } from '@/ui/LoadMore'
import { Panel } from '@/ui/Panel'
import { Status, type Tone } from '@/ui/Status'
import { changesOf, useFieldWords } from './changes'
import classes from './PreviewRows.module.css'
import type { Preview, Row } from './useImport'

const LOOKS: Record<ImportOutcome, { tone: Tone; icon: typeof IconPlus }> = {
  ADDED: { tone: 'success', icon: IconPlus },
  CHANGED: { tone: 'warning', icon: IconPencil },
  UNCHANGED: { tone: 'neutral', icon: IconEqual },
  REFUSED: { tone: 'danger', icon: IconAlertTriangle },
}

type Shown = 'all' | ImportOutcome

/** What would happen with each row, the bad ones first: line, column, value and reason. */
export function PreviewRows({ preview, onMore }: { preview: Preview; onMore: () => void }) {
  const { t } = useTranslation()
  const [shown, setShown] = useState<Shown>('all')
  const format = useFormat()
  const { added: ADDED, changed: CHANGED, unchanged: UNCHANGED, refused: REFUSED } = preview
  const total = { ADDED, CHANGED, UNCHANGED, REFUSED, all: ADDED + CHANGED + UNCHANGED + REFUSED }[shown]
  const rows = preview.rows.filter(({ outcome }) => shown === 'all' || outcome === shown)
  return (
    <>
      <Panel
        title={t('import.rows.title')}
        flush
        actions={<SegmentedControl size="xs" className={classes.filter} aria-label={t('import.rows.filter')} value={shown} onChange={(next) => { setShown(next as Shown) }} data={[{ value: 'all', label: t('import.rows.all') }, ...(['REFUSED', 'CHANGED', 'ADDED', 'UNCHANGED'] as const).map((value) => ({ value, label: t(`import.outcome.${value}`) }))]} />}
      >
        <Table aria-label={t('import.rows.title')} className={classes.table}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th ta="right" w={70}>{t('import.rows.line')}</Table.Th>
              <Table.Th w="26%">{t('import.field.hostname')}</Table.Th>
              <Table.Th w={130}>{t('import.rows.outcome')}</Table.Th>
              <Table.Th>{t('import.rows.what')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => <PreviewRow key={row.line} row={row} />)}
          </Table.Tbody>
        </Table>
        {rows.length === 0 && <Text size="sm" c="dimmed" p="md">{total > 0 ? t('import.rows.later', { total: format.number(total) }) : t('import.rows.none')}</Text>}
      </Panel>
      <LoadMore more={rows.length < total} busy={false} onMore={onMore} />
    </>
  )
}

function PreviewRow({ row }: { row: Row }) {
  const { t } = useTranslation()
  return (
    <Table.Tr>
      <Table.Td className={classes.line}><span className={classes.brief}>{t('import.rows.line')} </span>{row.line}</Table.Td>
      <Table.Td className={classes.name}>{row.hostname || '–'}</Table.Td>
      <Table.Td className={classes.outcome}><Status {...LOOKS[row.outcome]} label={t(`import.outcome.${row.outcome}`)} /></Table.Td>
      <Table.Td className={classes.what}>
        {row.problems.map(({ line, column, value, reason }, at) => (
          <Text key={at} size="sm">
            {line !== row.line && `${t('import.rows.line')} ${String(line)}: `}{column !== '' && <strong>{column}</strong>} {value !== '' && <Code>{value}</Code>} <Text span c="var(--arpent-destroy)">{reason}</Text>
          </Text>
        ))}
        {row.warnings.map(({ reason }) => <Text key={reason} size="sm" c="var(--arpent-change)"><IconAlertTriangle size={14} style={{ verticalAlign: '-2px' }} aria-hidden /> {reason}</Text>)}
        {row.outcome === 'ADDED' ? <NewValues changes={row.changes} /> : <Changes changes={row.changes} />}
      </Table.Td>
    </Table.Tr>
  )
}

/** What a new server would hold. */
function NewValues({ changes }: { changes: unknown }) {
  const { t } = useTranslation()
  const { nameOf, valueOf } = useFieldWords()
  const values = changesOf(changes)
  if (values.length === 0) return <Text size="sm" c="dimmed">{t('import.rows.nameOnly')}</Text>
  return (
    <ul className={classes.values} aria-label={t('import.rows.values')}>
      {values.map(({ field, after }) => <li key={field}><span className={classes.field}>{nameOf(field)}</span> {valueOf(field, after)}</li>)}
    </ul>
  )
}

/** What would be other than it is known. */
function Changes({ changes }: { changes: unknown }) {
  const { nameOf, valueOf } = useFieldWords()
  return changesOf(changes).map(({ field, before, after }) => {
    const was = valueOf(field, before)
    return (
      <Text key={field} size="sm">
        <span className={classes.field}>{nameOf(field)}</span> {was !== '' && <><Text span c="var(--arpent-destroy)" td="line-through">{was}</Text> → </>}<Text span c="var(--arpent-add)">{valueOf(field, after)}</Text>
      </Text>
    )
  })
}
