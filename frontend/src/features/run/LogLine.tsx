import { type MouseEvent, memo, type Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/ui/format'
import { plainLine, type Segment, shownPart, styledLine } from './ansi'
import { lineKind } from './log'
import classes from './RunLog.module.css'

/** How much of a line is shown before somebody asks for more. */
export const FIRST_SHOWN = 2_000
/** More places than this are not marked within one line. */
const MOST_MARKS = 100

interface LogLineProps {
  /** Its place among the lines that are kept. */
  index: number
  /** Its number in the whole log. */
  number: number
  start: number
  text: string
  leftOut: number
  limit: number
  /** Shows more of the line of that number than so many characters. */
  onMore: (line: number, limit: number) => void
  raw: string
  word: string
  current: boolean
  chosen: boolean
  onChoose: (line: number, event: MouseEvent) => void
  ref?: Ref<HTMLDivElement>
}

/** One line of a log: its number, which is a link to it, and its text in its colours. */
export const LogLine = memo(function LogLine({ index, number, start, text, leftOut, limit, onMore, raw, word, current, chosen, onChoose, ref }: LogLineProps) {
  const { t } = useTranslation()
  const shown = text.length > limit ? cut(text, limit) : text
  const more = text.length > limit ? shownPart(text).length - limit : 0
  return (
    <div
      ref={ref}
      data-index={index}
      className={classes.line}
      data-kind={lineKind(plainLine(shown))}
      data-current={current || undefined}
      data-chosen={chosen || undefined}
      style={{ transform: `translateY(${String(start)}px)` }}
    >
      <a className={classes.number} href={hrefOf(number)} tabIndex={-1} aria-label={t('run.log.line', { number })} onClick={(event) => { onChoose(number, event) }}>{number}</a>
      <span className={classes.text}>
        <Styled text={shown} word={word} />
        {(more > 0 || leftOut > 0) && <More more={more} leftOut={leftOut} onMore={() => { onMore(number, limit) }} raw={raw} />}
      </span>
    </div>
  )
})

/** The address of this page with this line, for who opens or copies it as a link. */
function hrefOf(line: number): string {
  const { pathname, search } = window.location
  const params = new URLSearchParams(search)
  params.set('line', String(line))
  params.set('tab', 'log')
  return `${pathname}?${params.toString()}`
}

/** The beginning of what a line shows, whole letters. */
function cut(text: string, limit: number): string {
  const part = shownPart(text).slice(0, limit)
  return /[\ud800-\udbff]$/.test(part) ? part.slice(0, -1) : part
}

function More({ more, leftOut, onMore, raw }: { more: number; leftOut: number; onMore: () => void; raw: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  return more > 0
    ? <button type="button" className={classes.more} onClick={onMore}>{t('run.log.more', { count: more, characters: format.number(more + leftOut) })}</button>
    : <a className={classes.more} href={raw} download>{t('run.log.cut', { count: leftOut, characters: format.number(leftOut) })}</a>
}

function Styled({ text, word }: { text: string; word: string }) {
  const segments = styledLine(text)
  const marks = word === '' ? [] : places(segments.map((segment) => segment.text).join(''), word)
  if (marks.length === 0 && segments.length === 1 && segments[0]?.look === '') return segments[0].text
  let at = 0
  return segments.map((segment, key) => {
    const from = at
    at += segment.text.length
    return <span key={key} className={lookOf(segment)}>{marked(segment.text, from, marks, word.length)}</span>
  })
}

function lookOf({ look }: Segment): string | undefined {
  return look === '' ? undefined : look.split(' ').map((name) => classes[name]).join(' ')
}

/** Where a text holds a word, whatever its case. */
function places(text: string, word: string): number[] {
  const lower = text.toLowerCase()
  const wanted = word.toLowerCase()
  const found: number[] = []
  if (lower.length !== text.length) return found // letters whose small form is longer: rather no mark than a wrong one
  for (let at = lower.indexOf(wanted); at >= 0 && found.length < MOST_MARKS; at = lower.indexOf(wanted, at + wanted.length)) found.push(at)
  return found
}

/** A stretch that begins at a place of its line, with the parts of it that are marked. */
function marked(text: string, from: number, marks: number[], length: number) {
  const parts = []
  let at = 0
  for (const mark of marks) {
    const [begin, end] = [Math.max(0, mark - from), Math.min(text.length, mark + length - from)]
    if (end <= at || begin >= end) continue
    parts.push(text.slice(at, begin), <mark key={begin}>{text.slice(begin, end)}</mark>)
    at = end
  }
  return parts.length === 0 ? text : [...parts, text.slice(at)]
}
