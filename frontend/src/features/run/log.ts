import { plainLine } from './ansi'

/** A piece of a log as the server sends it: offsets count bytes. */
export interface LogPiece {
  offset: number
  next: number
  text: string
  complete: boolean
}

/** What a page keeps of a log, at most: the beginning of what is longer is in the raw log only. */
export interface LogLimits {
  chars: number
  lines: number
  /** Of one line. */
  line: number
}

export const LIMITS: LogLimits = { chars: 40 << 20, lines: 1_000_000, line: 256 << 10 }

/** Small pieces are put together up to this size. */
const BLOCK = 64 << 10

/** Whole lines, one behind the other. */
interface Block {
  /** The number of its first line, from 0. */
  first: number
  text: string
  /** Where each of its lines begins. */
  starts: number[]
}

/**
 * The log of one run, made of pieces. It takes each byte once: what it has already is cut off, and a piece that
 * leaves a hole is refused, so that the caller asks again from `next`. What it keeps is bounded: of a line too
 * long the beginning, of a log too long the end. Lines are numbered from 0, the forgotten ones too.
 */
export class LogBuffer {
  /** Grows with every change. */
  version = 0
  /** Position of the next byte that is missing. */
  next = 0
  complete = false
  /** How many lines at the beginning were forgotten. */
  dropped = 0
  private blocks: Block[] = []
  private chars = 0
  /** Complete lines, with the forgotten ones. */
  private ended = 0
  private tail = ''
  private tailCut = 0
  /** How much of which line was left out. */
  private readonly cuts = new Map<number, number>()

  constructor(private readonly limits: LogLimits = LIMITS) {}

  add(piece: LogPiece): 'taken' | 'gap' {
    if (piece.offset > this.next) return 'gap'
    if (piece.next > this.next) {
      this.take(piece.offset === this.next ? piece.text : afterBytes(piece.text, this.next - piece.offset))
      this.next = piece.next
    }
    this.complete ||= piece.complete
    this.version += 1
    return 'taken'
  }

  private take(text: string) {
    const first = text.indexOf('\n')
    if (first < 0) {
      this.grow(text)
      return
    }
    this.grow(text.slice(0, first))
    this.endLine()
    const last = text.lastIndexOf('\n')
    if (last > first) this.append(text.slice(first + 1, last + 1))
    this.grow(text.slice(last + 1))
    this.forget()
  }

  /** Makes the unfinished line longer, up to its limit. */
  private grow(text: string) {
    this.tail += text
    if (this.tail.length <= this.limits.line) return
    const over = this.tail.lastIndexOf('\r', this.tail.length - 2)
    if (over >= 0) {
      this.tail = this.tail.slice(over + 1)
      this.tailCut = 0
    }
    this.tailCut += Math.max(0, this.tail.length - this.limits.line)
    this.tail = this.tail.slice(0, this.limits.line)
  }

  private endLine() {
    if (this.tailCut > 0) this.cuts.set(this.ended, this.tailCut)
    const line = `${this.tail}\n`
    this.tail = ''
    this.tailCut = 0
    this.put(line, [0])
  }

  /** Takes whole lines. */
  private append(text: string) {
    const starts: number[] = []
    let from = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      if (end - from > this.limits.line) {
        this.appendOneByOne(text)
        return
      }
      starts.push(from)
      from = end + 1
    }
    this.put(text, starts)
  }

  private appendOneByOne(text: string) {
    for (let from = 0, end = text.indexOf('\n'); end >= 0; from = end + 1, end = text.indexOf('\n', from)) {
      this.grow(text.slice(from, end))
      this.endLine()
    }
  }

  private put(text: string, starts: number[]) {
    const last = this.blocks.at(-1)
    if (last && last.text.length + text.length <= BLOCK) {
      for (const start of starts) last.starts.push(last.text.length + start)
      last.text += text
    } else this.blocks.push({ first: this.ended, text, starts })
    this.chars += text.length
    this.ended += starts.length
  }

  /** Forgets the oldest blocks when there is too much. */
  private forget() {
    while (this.blocks.length > 1 && (this.chars > this.limits.chars || this.ended - this.dropped > this.limits.lines)) {
      const [oldest] = this.blocks.splice(0, 1)
      if (!oldest) return
      this.chars -= oldest.text.length
      this.dropped += oldest.starts.length
    }
  }

  /** How many lines there are, with the last one that may still grow. */
  get count(): number {
    return this.ended + (this.tail === '' ? 0 : 1)
  }

  /** How many lines will not change any more. */
  get settled(): number {
    return this.ended
  }

  /** A line as it was written, escape sequences and all. */
  raw(index: number): string {
    if (index >= this.ended) return index === this.ended ? this.tail : ''
    const block = this.blockOf(index)
    if (!block) return ''
    const at = index - block.first
    return block.text.slice(block.starts[at], (block.starts[at + 1] ?? block.text.length) - 1)
  }

  /** A line as people read it. */
  line(index: number): string {
    return plainLine(this.raw(index))
  }

  /** How many characters of a line were left out, because it is longer than a line may be. */
  leftOut(index: number): number {
    return index === this.ended ? this.tailCut : (this.cuts.get(index) ?? 0)
  }

  private blockOf(index: number): Block | undefined {
    let low = 0
    let high = this.blocks.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.blocks[middle]?.first ?? 0) <= index) low = middle
      else high = middle - 1
    }
    const block = this.blocks[low]
    return block && index >= block.first ? block : undefined
  }

  /** Gives whole blocks from a line on, for whoever looks through all of them. */
  *from(index: number): Generator<Readonly<Block>> {
    for (const block of this.blocks) if (block.first + block.starts.length > index) yield block
  }

  /** Some lines as people read them. */
  text(from = this.dropped, to = this.count): string {
    return Array.from({ length: Math.max(0, to - from) }, (_, at) => this.line(from + at)).join('\n')
  }
}

/** What follows so many bytes of a text. */
function afterBytes(text: string, bytes: number): string {
  return new TextDecoder().decode(new TextEncoder().encode(text).subarray(bytes))
}

/** Finds the lines of a log that hold a text, whatever its case. What it has looked through it does not look through again. */
export class LogSearch {
  /** The numbers of the lines, in order. */
  readonly found: number[] = []
  private readonly wanted: string
  private seen = 0
  private open = false

  constructor(private readonly buffer: LogBuffer, text: string) {
    this.wanted = text.toLowerCase()
  }

  /** Looks through what is new, and returns all that was found. */
  update(): readonly number[] {
    if (this.wanted === '') return this.found
    if (this.open) this.found.pop()
    if ((this.found[0] ?? 0) < this.buffer.dropped) this.found.splice(0, this.found.findIndex((line) => line >= this.buffer.dropped) >>> 0)
    for (const block of this.buffer.from(this.seen)) this.lookThrough(block)
    this.seen = this.buffer.settled
    const last = this.buffer.settled
    this.open = this.buffer.count > last && this.buffer.line(last).toLowerCase().includes(this.wanted)
    if (this.open) this.found.push(last)
    return this.found
  }

  private lookThrough({ first, text, starts }: Readonly<Block>) {
    const lower = text.toLowerCase()
    let at = Math.max(0, this.seen - first)
    if (text.includes('\u001b') || text.includes('\r') || lower.length !== text.length) {
      for (; at < starts.length; at += 1) if (this.buffer.line(first + at).toLowerCase().includes(this.wanted)) this.found.push(first + at)
      return
    }
    for (let hit = lower.indexOf(this.wanted, starts[at]); hit >= 0; hit = at < starts.length ? lower.indexOf(this.wanted, starts[at]) : -1) {
      while ((starts[at + 1] ?? Number.POSITIVE_INFINITY) <= hit) at += 1
      this.found.push(first + at)
      at += 1
    }
  }
}

/** Lines that somebody points at, numbered from 1 as people do; both ends belong to it. */
export interface LineRange {
  from: number
  to: number
}

/** Reads "12" or "12-20", as addresses of lines are written. */
export function parseLines(text: string): LineRange | undefined {
  const match = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(text)
  if (!match) return undefined
  const [from, to] = [Number(match[1]), Number(match[2] ?? match[1])].sort((a, b) => a - b)
  return from && to ? { from, to } : undefined
}

export function formatLines({ from, to }: LineRange): string {
  return from === to ? String(from) : `${String(from)}-${String(to)}`
}

export type LineKind = 'error' | 'warning' | 'add' | 'change' | 'destroy' | 'heading' | undefined

const KINDS: [RegExp, LineKind][] = [
  [/^[│╷╵ ]*(?:Error:|│ Error)|^╷|^╵/, 'error'],
  [/^[│ ]*Warning:/, 'warning'],
  [/^\s+\+\s/, 'add'],
  [/^\s*-\/\+|^\s+~\s/, 'change'],
  [/^\s+-\s/, 'destroy'],
  [/^(?:Plan:|Apply complete|Destroy complete|No changes|.* has been successfully initialized)/, 'heading'],
]

/** What a line is about, for its colour. */
export function lineKind(line: string): LineKind {
  return KINDS.find(([pattern]) => pattern.test(line))?.[1]
}
