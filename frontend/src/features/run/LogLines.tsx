import { Text } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type MouseEvent, type Ref, useCallback, useEffect, useImperativeHandle, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/ui/format'
import type { LineRange, LogBuffer } from './log'
import { FIRST_SHOWN, LogLine } from './LogLine'
import classes from './RunLog.module.css'

const LINE_HEIGHT = 20
/** So near to the end counts as being there. */
const NEAR_END = LINE_HEIGHT * 2

export interface LogScroll {
  /** Brings a line into the middle. */
  to: (line: number) => void
}

interface LogLinesProps {
  buffer: LogBuffer
  /** Where the whole log is to be had. */
  raw: string
  wrap: boolean
  follow: boolean
  onFollow: (follow: boolean) => void
  lines: LineRange | undefined
  onLines: (lines: LineRange | undefined) => void
  /** The line that the search stands on, and what is searched. */
  current: number | undefined
  word: string
  /** Somebody wants to search, by the keys that browsers have for it. */
  onFind: () => void
  ref?: Ref<LogScroll>
}

/** The lines in sight, out of all there are. */
export function LogLines({ buffer, raw, wrap, follow, onFollow, lines, onLines, current, word, onFind, ref }: LogLinesProps) {
  'use no memo' // the virtualizer is one object that changes inside
  const { t } = useTranslation()
  const format = useFormat()
  const frame = useRef<HTMLDivElement>(null)
  const [shown, setShown] = useState<ReadonlyMap<number, number>>(new Map())
  const { dropped } = buffer
  const count = buffer.count - dropped
  // eslint-disable-next-line react-hooks/incompatible-library -- known to the line above
  const virtual = useVirtualizer({ count, getScrollElement: () => frame.current, estimateSize: () => LINE_HEIGHT, overscan: 12 })
  const to = (line: number) => { virtual.scrollToIndex(Math.max(0, line - dropped), { align: 'center' }) }
  useImperativeHandle(ref, () => ({ to }))
  useEffect(() => {
    if (follow && count > 0) virtual.scrollToIndex(count - 1, { align: 'end' })
  }, [follow, count, virtual, wrap])
  useGoOnce(lines && lines.from <= buffer.count ? lines.from - 1 : undefined, to)
  useGoOnce(current, to)
  const choose = useSteady((line: number, event: MouseEvent) => {
    event.preventDefault()
    if (event.shiftKey && lines) onLines({ from: Math.min(lines.from, line), to: Math.max(lines.from, line) })
    else onLines(lines?.from === line && lines.to === line ? undefined : { from: line, to: line })
  })
  const showMore = useSteady((number: number, limit: number) => { setShown(new Map(shown).set(number, limit * 8)) })
  if (count === 0) return <Text c="dimmed" size="sm" p="md">{t(buffer.complete ? 'run.log.empty' : 'run.log.waiting')}</Text>

  const press = (event: KeyboardEvent) => {
    if (['ArrowUp', 'PageUp', 'Home'].includes(event.key)) onFollow(false)
    if (event.key === 'Home' || event.key === 'End') {
      event.preventDefault()
      virtual.scrollToIndex(event.key === 'Home' ? 0 : count - 1, { align: event.key === 'Home' ? 'start' : 'end' })
    }
    if (event.key === '/' || ((event.ctrlKey || event.metaKey) && event.key === 'f')) {
      event.preventDefault()
      onFind()
    }
  }
  return (
    <>
      {dropped > 0 && <p className={classes.dropped}>{t('run.log.dropped', { count: dropped, lines: format.number(dropped) })} <a href={raw} download>{t('run.log.download')}</a></p>}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- to know that somebody scrolls, not to be clicked */}
      <div
        ref={frame}
        className={classes.frame}
        data-log-frame
        data-wrap={wrap || undefined}
        role="region"
        aria-label={t('run.log.label')}
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls has to be reached by keyboard
        tabIndex={0}
        onWheel={(event) => {
          if (event.deltaY < 0) onFollow(false)
        }}
        onTouchMove={() => { onFollow(false) }}
        onPointerDown={(event) => {
          if (event.target === event.currentTarget) onFollow(false) // the bar to scroll with
        }}
        onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
          if (scrollTop + clientHeight >= scrollHeight - NEAR_END) onFollow(true)
        }}
        onKeyDown={press}
      >
        <div className={classes.sheet} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ key, index, start }) => {
            const line = index + dropped
            return (
              <LogLine
                key={key}
                ref={wrap ? virtual.measureElement : undefined}
                index={index}
                number={line + 1}
                start={start}
                text={buffer.raw(line)}
                leftOut={buffer.leftOut(line)}
                limit={shown.get(line + 1) ?? FIRST_SHOWN}
                onMore={showMore}
                raw={raw}
                word={word}
                current={line === current}
                chosen={lines !== undefined && line + 1 >= lines.from && line + 1 <= lines.to}
                onChoose={choose}
              />
            )
          })}
        </div>
      </div>
    </>
  )
}

/** A function that stays the same while what it does changes, so that lines that have not changed are not drawn again. */
function useSteady<Args extends unknown[]>(act: (...args: Args) => void): (...args: Args) => void {
  const latest = useRef(act)
  useEffect(() => { latest.current = act })
  return useCallback((...args: Args) => { latest.current(...args) }, [])
}

/** Goes to a line when it becomes known, and again when it becomes another one. */
function useGoOnce(line: number | undefined, go: (line: number) => void) {
  const gone = useRef<number>(undefined)
  useEffect(() => {
    if (line !== gone.current && line !== undefined) go(line)
    gone.current = line
  })
}
