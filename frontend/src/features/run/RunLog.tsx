import { ActionIcon, Button, Group, Text, TextInput, Tooltip } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import { IconArrowDown, IconChevronDown, IconChevronUp, IconDownload, IconSearch, IconTextWrap } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/ui/format'
import { saveText } from '@/ui/saveText'
import { findLines, type LogBuffer, lineKind } from './log'
import { useRunLog } from './useRunLog'
import classes from './RunLog.module.css'

const LINE_HEIGHT = 20

/** The live log: follows its end, is searched, wrapped and downloaded. Only the lines in sight are in the page. */
export function RunLog({ runId, search, onSearch }: { runId: string; search: string; onSearch: (text: string) => void }) {
  const { t } = useTranslation()
  const buffer = useRunLog(runId)
  const [wrap, setWrap] = useLocalStorage({ key: 'arpent-log-wrap', defaultValue: false })
  const [follow, setFollow] = useState(search === '')
  const wanted = useDeferredValue(search)
  const { version } = buffer
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the buffer is one object; its version tells that it changed
  const found = useMemo(() => findLines(buffer, wanted), [buffer, version, wanted])
  const [chosen, setChosen] = useState(0)
  const current = found[Math.min(chosen, found.length - 1)]
  const step = (by: number) => {
    if (found.length > 0) setChosen((Math.min(chosen, found.length - 1) + by + found.length) % found.length)
    setFollow(false)
  }
  return (
    <div className={classes.log}>
      <Group className={classes.bar} gap="xs" wrap="nowrap">
        <TextInput
          size="xs"
          type="search"
          className={classes.search}
          leftSection={<IconSearch size={14} />}
          placeholder={t('run.log.search')}
          aria-label={t('run.log.search')}
          value={search}
          onChange={(event) => {
            onSearch(event.currentTarget.value)
            setChosen(0)
            setFollow(false)
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') step(event.shiftKey ? -1 : 1)
          }}
        />
        {search !== '' && <Matches found={found.length} chosen={Math.min(chosen, found.length - 1)} onStep={step} />}
        <Group gap={4} ml="auto" wrap="nowrap">
          <Tooltip label={t('run.log.wrap')}>
            <ActionIcon variant={wrap ? 'light' : 'subtle'} color="gray" aria-label={t('run.log.wrap')} aria-pressed={wrap} onClick={() => { setWrap(!wrap) }}><IconTextWrap size={16} /></ActionIcon>
          </Tooltip>
          <Tooltip label={t('run.log.download')}>
            <ActionIcon variant="subtle" color="gray" aria-label={t('run.log.download')} onClick={() => { saveText(`${runId}.log`, buffer.text()) }}><IconDownload size={16} /></ActionIcon>
          </Tooltip>
          {!buffer.complete && (
            <Button size="compact-xs" variant={follow ? 'light' : 'default'} aria-pressed={follow} leftSection={<IconArrowDown size={13} />} onClick={() => { setFollow(!follow) }}>{t('run.log.follow')}</Button>
          )}
        </Group>
      </Group>
      <Lines buffer={buffer} wrap={wrap} follow={follow && !buffer.complete} onScrolledAway={() => { setFollow(false) }} current={search === '' ? undefined : current} word={wanted} />
    </div>
  )
}

function Matches({ found, chosen, onStep }: { found: number; chosen: number; onStep: (by: number) => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <Group gap={2} wrap="nowrap">
      <Text size="xs" c="dimmed" aria-live="polite" style={{ whiteSpace: 'nowrap' }}>
        {found === 0 ? t('run.log.nothing') : t('run.log.match', { at: format.number(chosen + 1), of: format.number(found) })}
      </Text>
      <ActionIcon size="sm" variant="subtle" color="gray" aria-label={t('run.log.previous')} disabled={found === 0} onClick={() => { onStep(-1) }}><IconChevronUp size={15} /></ActionIcon>
      <ActionIcon size="sm" variant="subtle" color="gray" aria-label={t('run.log.next')} disabled={found === 0} onClick={() => { onStep(1) }}><IconChevronDown size={15} /></ActionIcon>
    </Group>
  )
}

interface LinesProps {
  buffer: LogBuffer
  wrap: boolean
  follow: boolean
  onScrolledAway: () => void
  /** The line that the search stands on. */
  current: number | undefined
  word: string
}

function Lines({ buffer, wrap, follow, onScrolledAway, current, word }: LinesProps) {
  'use no memo' // the virtualizer is one object that changes inside
  const { t } = useTranslation()
  const frame = useRef<HTMLDivElement>(null)
  const { count } = buffer
  // eslint-disable-next-line react-hooks/incompatible-library -- known to the line above
  const virtual = useVirtualizer({ count, getScrollElement: () => frame.current, estimateSize: () => LINE_HEIGHT, overscan: 30 })
  useEffect(() => {
    if (follow && count > 0) virtual.scrollToIndex(count - 1, { align: 'end' })
  }, [follow, count, virtual])
  useEffect(() => {
    if (current !== undefined) virtual.scrollToIndex(current, { align: 'center' })
  }, [current, virtual])
  if (count === 0) return <Text c="dimmed" size="sm" p="md">{t(buffer.complete ? 'run.log.empty' : 'run.log.waiting')}</Text>
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- to know that somebody scrolls, not to be clicked
    <div
      ref={frame}
      className={classes.frame}
      data-wrap={wrap || undefined}
      role="region"
      aria-label={t('run.log.label')}
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls has to be reached by keyboard
      tabIndex={0}
      onWheel={(event) => {
        if (event.deltaY < 0) onScrolledAway()
      }}
      onTouchMove={onScrolledAway}
      onKeyDown={(event) => {
        if (['ArrowUp', 'PageUp', 'Home'].includes(event.key)) onScrolledAway()
      }}
    >
      <div className={classes.sheet} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ key, index, start }) => {
          const line = buffer.line(index)
          return (
            <div key={key} ref={wrap ? virtual.measureElement : undefined} data-index={index} className={classes.line} data-kind={lineKind(line)} data-current={index === current || undefined} style={{ transform: `translateY(${String(start)}px)` }}>
              <span className={classes.number} aria-hidden>{index + 1}</span>
              <span className={classes.text}><Marked text={line} word={word} /></span>
            </div>
          )
        })}
      </div>
    </div>
  )
}

function Marked({ text, word }: { text: string; word: string }) {
  const at = word === '' ? -1 : text.toLowerCase().indexOf(word.toLowerCase())
  if (at < 0) return text
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + word.length)}</mark>
      <Marked text={text.slice(at + word.length)} word={word} />
    </>
  )
}
