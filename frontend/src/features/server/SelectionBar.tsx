import { Button, Group, Text } from '@mantine/core'
import { IconTag, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '@/api/viewer'
import type { ServerMove, ServerWhereInput } from '@/gql/graphql'
import { useFormat } from '@/ui/format'
import { LabelDialog } from './LabelDialog'
import { MoveDialog } from './MoveDialog'
import { GRAVE, MOVES, movesOfAll } from './moves'
import classes from './SelectionBar.module.css'
import type { Selection } from './ServerTable'

interface SelectionBarProps {
  selection: Selection
  onSelect: (selection: Selection) => void
  /** The filter, when all that match it are chosen and not only what is loaded. */
  where?: ServerWhereInput
  /** Chooses all that match. */
  onSelectAll: () => void
}

/** What can be done with the servers that are chosen. */
export function SelectionBar({ selection, onSelect, where, onSelectAll }: SelectionBarProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const mayManage = useMay('inventory.manage')
  const [move, setMove] = useState<ServerMove | null>(null)
  const [labeling, setLabeling] = useState(false)
  const servers = [...selection.values()]
  const moves = where ? MOVES : movesOfAll(servers) // of all that match, each is asked by itself
  const done = () => {
    setMove(null)
    setLabeling(false)
    onSelect(new Map())
  }
  if (selection.size === 0) return null
  return (
    <div className={classes.bar} role="toolbar" aria-label={t('server.selection.label')}>
      <Group gap="xs">
        <Text size="sm" fw={570} role="status">{where ? t('server.selection.everything') : t('server.selection.count', { count: selection.size, shown: format.number(selection.size) })}</Text>
        {!where && <Button size="compact-sm" variant="subtle" onClick={onSelectAll}>{t('server.selection.all')}</Button>}
        {moves.map((one) => (
          <Button key={one} size="compact-sm" variant="default" c={GRAVE.has(one) ? 'var(--arpent-destroy)' : undefined} onClick={() => { setMove(one) }}>{t(`server.move.name.${one}`)}</Button>
        ))}
        {moves.length === 0 && <Text size="sm" c="dimmed">{t('server.selection.noMove')}</Text>}
        {mayManage && <Button size="compact-sm" variant="default" leftSection={<IconTag size={14} />} onClick={() => { setLabeling(true) }}>{t('server.label.button')}</Button>}
        <Button size="compact-sm" variant="subtle" color="gray" leftSection={<IconX size={14} />} onClick={() => { onSelect(new Map()) }}>{t('server.selection.none')}</Button>
      </Group>
      <MoveDialog move={move} servers={servers} where={where} onClose={() => { setMove(null) }} onMoved={done} />
      <LabelDialog opened={labeling} servers={servers} where={where} onClose={() => { setLabeling(false) }} onDone={done} />
    </div>
  )
}
