import { ActionIcon, Badge, Button, Group, Table, Text, Tooltip, VisuallyHidden } from '@mantine/core'
import { IconDownload, IconRestore } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { type FragmentType, graphql, unmask } from '@/gql'
import type { StateVersionItemFragment } from '@/gql/graphql'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { useFormat } from '@/ui/format'
import { PageLink } from '@/ui/Page'
import { Panel } from '@/ui/Panel'
import { TimeAgo } from '@/ui/Time'

export const StateVersionItem = graphql(/* GraphQL */ `
  fragment StateVersionItem on StateVersion {
    id
    version
    serial
    size
    resourceCount
    sha256
    createdBy
    createdAt
    run {
      id
    }
  }
`)

const RollBackState = graphql(/* GraphQL */ `
  mutation RollBackState($input: RollBackStateInput!) {
    rollBackState(input: $input) {
      stateVersion {
        id
        version
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

interface StateVersionListProps {
  versions: readonly ({ id: string } & FragmentType<typeof StateVersionItem>)[]
  mayWrite: boolean
}

/** Every version of the project's state, the present one first. */
export function StateVersionList({ versions, mayWrite }: StateVersionListProps) {
  const { t } = useTranslation()
  const [target, setTarget] = useState<StateVersionItemFragment | null>(null)
  const [rollBack, busy] = useAction(RollBackState, { success: ({ rollBackState }) => t('state.rolledBack', { version: rollBackState.stateVersion?.version }) })

  async function confirm() {
    if (target && (await rollBack({ input: { id: target.id } }))) setTarget(null)
  }

  return (
    <Panel flush>
      <Table.ScrollContainer minWidth={280} type="native">
        <Table aria-label={t('state.title')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('state.version')}</Table.Th>
              <Table.Th>{t('state.written')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('state.by')}</Table.Th>
              <Table.Th ta="right" visibleFrom="sm">{t('state.resources')}</Table.Th>
              <Table.Th ta="right" visibleFrom="sm">{t('state.size')}</Table.Th>
              <Table.Th><VisuallyHidden>{t('state.actions')}</VisuallyHidden></Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {versions.map((version, index) => (
              <StateVersionRow key={version.id} version={version} present={index === 0} mayWrite={mayWrite} onRollBack={setTarget} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <ConfirmDialog opened={target !== null} onClose={() => { setTarget(null) }} title={t('state.rollBack')} action={t('state.rollBackTo', { version: target?.version })} danger busy={busy} onConfirm={() => void confirm()}>
        {t('state.rollBackHelp', { version: target?.version })}
      </ConfirmDialog>
    </Panel>
  )
}

interface StateVersionRowProps {
  version: FragmentType<typeof StateVersionItem>
  present: boolean
  mayWrite: boolean
  onRollBack: (version: StateVersionItemFragment) => void
}

function StateVersionRow({ version: masked, present, mayWrite, onRollBack }: StateVersionRowProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const version = unmask(StateVersionItem, masked)
  const download = t('state.download', { version: version.version })
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap={6}>
          <Text fw={570} size="sm">{version.version}</Text>
          {present && <Badge color="arpent" size="sm" style={{ flexShrink: 0 }}>{t('state.present')}</Badge>}
        </Group>
        <Tooltip label={version.sha256}><Text size="xs" c="dimmed" span>{t('state.serial', { serial: version.serial })}</Text></Tooltip>
      </Table.Td>
      <Table.Td>
        <TimeAgo value={version.createdAt} />
        <Text size="xs" c="dimmed" hiddenFrom="sm">{version.createdBy}</Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        {version.createdBy}
        {version.run && <Text size="xs"><PageLink to="/runs/$runId" params={{ runId: version.run.id }}>{t('state.run')}</PageLink></Text>}
      </Table.Td>
      <Table.Td ta="right" visibleFrom="sm">{format.number(version.resourceCount)}</Table.Td>
      <Table.Td ta="right" visibleFrom="sm">{format.bytes(version.size)}</Table.Td>
      <Table.Td>
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          {mayWrite && !present && <Button size="compact-xs" variant="default" leftSection={<IconRestore size={14} />} onClick={() => { onRollBack(version) }}>{t('state.rollBack')}</Button>}
          <Tooltip label={download}>
            <ActionIcon component="a" href={`/states/${version.id}`} download variant="subtle" color="gray" aria-label={download}><IconDownload size={16} /></ActionIcon>
          </Tooltip>
        </Group>
      </Table.Td>
    </Table.Tr>
  )
}
