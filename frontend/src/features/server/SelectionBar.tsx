import { Button, Group, Menu, Text } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconChevronUp, IconHandGrab, IconTag, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '@/api/viewer'
import type { ServerMove, ServerWhereInput } from '@/gql/graphql'
import { useFormat } from '@/ui/format'
import { GiveDialog } from './GiveDialog'
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
  /** Chooses all that match; without it they are chosen already. */
  onSelectAll?: () => void
}

/** What can be done with the servers that are chosen. */
export function SelectionBar({ selection, onSelect, where, onSelectAll }: SelectionBarProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const mayManage = useMay('inventory.manage')
  const [move, setMove] = useState<ServerMove | null>(null)
  const mayClaim = useMay('server.claim')
  const [labeling, setLabeling] = useState(false)
  const [giving, setGiving] = useState(false)
  const narrow = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false }) // there, one menu in place of up to nine buttons
  const servers = [...selection.values()]
  const moves = where ? MOVES : movesOfAll(servers) // of all that match, each is asked by itself
  // Only what nobody has can be given; of all that match, each is asked by itself.
  const mayGive = mayClaim && (where !== undefined || servers.every(({ lifecycle }) => lifecycle === 'AVAILABLE'))
  const done = () => {
    setMove(null)
    setLabeling(false)
    setGiving(false)
    onSelect(new Map())
  }
  if (selection.size === 0) return null
  return (
    <div className={classes.bar} role="toolbar" aria-label={t('server.selection.label')}>
      <Group gap="xs">
        <Text size="sm" fw={570} role="status">{where ? t('server.selection.everything') : t('server.selection.count', { count: selection.size, shown: format.number(selection.size) })}</Text>
        {onSelectAll && <Button size="compact-sm" variant="subtle" onClick={onSelectAll}>{t('server.selection.all')}</Button>}
        {narrow && moves.length > 0 && (
          <Menu position="top-start">
            <Menu.Target><Button size="compact-sm" variant="default" rightSection={<IconChevronUp size={14} aria-hidden />}>{t('server.selection.moves')}</Button></Menu.Target>
            <Menu.Dropdown>
              {moves.map((one) => <Menu.Item key={one} c={GRAVE.has(one) ? 'var(--arpent-destroy)' : undefined} onClick={() => { setMove(one) }}>{t(`server.move.name.${one}`)}</Menu.Item>)}
            </Menu.Dropdown>
          </Menu>
        )}
        {!narrow && moves.map((one) => (
          <Button key={one} size="compact-sm" variant="default" c={GRAVE.has(one) ? 'var(--arpent-destroy)' : undefined} onClick={() => { setMove(one) }}>{t(`server.move.name.${one}`)}</Button>
        ))}
        {mayGive && <Button size="compact-sm" variant="default" leftSection={<IconHandGrab size={14} />} onClick={() => { setGiving(true) }}>{t('server.give.button')}</Button>}
        {moves.length === 0 && !mayGive && <Text size="sm" c="dimmed">{t('server.selection.noMove')}</Text>}
        {mayManage && <Button size="compact-sm" variant="default" leftSection={<IconTag size={14} />} onClick={() => { setLabeling(true) }}>{t('server.label.button')}</Button>}
        <Button size="compact-sm" variant="subtle" color="gray" leftSection={<IconX size={14} />} onClick={() => { onSelect(new Map()) }}>{t('server.selection.none')}</Button>
      </Group>
      <MoveDialog move={move} servers={servers} where={where} onClose={() => { setMove(null) }} onMoved={done} />
      <GiveDialog opened={giving} servers={servers} where={where} onClose={() => { setGiving(false) }} onStarted={done} />
      <LabelDialog opened={labeling} servers={servers} where={where} onClose={() => { setLabeling(false) }} onDone={done} />
    </div>
  )
}
