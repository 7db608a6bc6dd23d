import { Group, Kbd, Modal, Stack, Text } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { Fragment, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { createStore, useStore } from '@/api/store'
import { SECTIONS } from './navigation'

const opened = createStore(false)
export const openShortcuts = () => { opened.set(true) }

/** Time in which the second key has to follow the first. */
const CHORD_MS = 1_200

/** "g" then a letter goes somewhere, "?" tells which. */
export function Shortcuts() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const chord = useRef<ReturnType<typeof setTimeout>>(undefined)
  const places = SECTIONS.flatMap((section) => section.places).filter((place) => place.key)
  useHotkeys([
    ['shift+?', openShortcuts],
    ['g', () => { chord.current = setTimeout(() => { chord.current = undefined }, CHORD_MS) }],
    ...places.map(({ key = '', to }): [string, () => void] => [
      key,
      () => {
        if (chord.current) void navigate({ to })
      },
    ]),
  ])
  return (
    <Modal opened={useStore(opened)} onClose={() => { opened.set(false) }} title={t('shell.shortcuts.help')} closeButtonProps={{ 'aria-label': t('common.action.close') }}>
      <Stack gap="xs">
        <Row keys={['Ctrl', 'K']} label={t('shell.shortcuts.palette')} />
        {places.map(({ key = '', label }) => (
          <Row key={key} keys={['g', key]} label={t(label)} chord={t('shell.shortcuts.then')} />
        ))}
        <Row keys={['?']} label={t('shell.shortcuts.shortcuts')} />
      </Stack>
    </Modal>
  )
}

function Row({ keys, label, chord }: { keys: string[]; label: string; chord?: string }) {
  return (
    <Group justify="space-between">
      <Text size="sm">{label}</Text>
      <Group gap={6}>
        {keys.map((key, index) => (
          <Fragment key={key}>
            {index > 0 && chord && <Text size="xs" c="dimmed">{chord}</Text>}
            <Kbd size="sm">{key}</Kbd>
          </Fragment>
        ))}
      </Group>
    </Group>
  )
}
