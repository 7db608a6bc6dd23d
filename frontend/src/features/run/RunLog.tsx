import { Group } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import { useDeferredValue, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/ui/format'
import { type LineRange, LogSearch } from './log'
import { LogLines, type LogScroll } from './LogLines'
import { LogSearchField } from './LogSearchField'
import { LogTools } from './LogTools'
import { rawLogAddress } from './storedLog'
import { useRunLog } from './useRunLog'
import classes from './RunLog.module.css'

interface RunLogProps {
  runId: string
  /** How many bytes the server has of it, to say how far reading is. */
  size: number
  search: string
  onSearch: (text: string) => void
  /** The lines that the address points at, numbered from 1. */
  lines: LineRange | undefined
  onLines: (lines: LineRange | undefined) => void
}

/** The live log: follows its end, is searched, wrapped, linked to and downloaded. Only the lines in sight are in the page. */
export function RunLog({ runId, size, search, onSearch, lines, onLines }: RunLogProps) {
  'use no memo' // the buffer is one object that changes inside
  const buffer = useRunLog(runId)
  const [wrap, setWrap] = useLocalStorage({ key: 'arpent-log-wrap', defaultValue: false })
  const [follow, setFollow] = useState(search === '' && !lines)
  const wanted = useDeferredValue(search)
  const searching = useMemo(() => new LogSearch(buffer, wanted), [buffer, wanted])
  const found = searching.update()
  const [chosen, setChosen] = useState(0)
  const at = Math.min(chosen, found.length - 1)
  const scroll = useRef<LogScroll>(null)
  const field = useRef<HTMLInputElement>(null)
  const step = (by: number) => {
    setFollow(false)
    if (found.length === 0) return
    const next = (at + by + found.length) % found.length
    setChosen(next)
    scroll.current?.to(found[next] ?? 0)
  }
  const find = (text: string) => {
    onSearch(text)
    setChosen(0)
    setFollow(false)
  }
  return (
    <div className={classes.log}>
      <Group className={classes.bar} gap="xs" wrap="nowrap">
        <LogSearchField ref={field} value={search} onChange={find} found={found.length} at={at} onStep={step} />
        <Progress read={buffer.next} size={size} />
        <LogTools
          text={() => (lines ? buffer.text(lines.from - 1, lines.to) : buffer.text())}
          raw={rawLogAddress(runId)}
          name={`${runId}.log`}
          lines={lines}
          wrap={wrap}
          onWrap={setWrap}
          living={!buffer.complete}
          follow={follow}
          onFollow={setFollow}
        />
      </Group>
      <LogLines
        buffer={buffer}
        raw={rawLogAddress(runId)}
        wrap={wrap}
        follow={follow}
        onFollow={setFollow}
        lines={lines}
        onLines={onLines}
        current={search === '' ? undefined : found[at]}
        word={wanted}
        onFind={() => field.current?.select()}
        ref={scroll}
      />
    </div>
  )
}

/** Only a log that takes a while to come is worth a word. */
const WORTH_SAYING = 4 << 20

function Progress({ read, size }: { read: number; size: number }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (size < WORTH_SAYING || read >= size) return null
  return <span className={classes.progress}>{t('run.log.reading', { read: format.bytes(read), size: format.bytes(size) })}</span>
}
