/** A piece of a log as the server sends it: offsets count bytes. */
export interface LogPiece {
  offset: number
  next: number
  text: string
  complete: boolean
}

// eslint-disable-next-line no-control-regex -- escape sequences are what this is about
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-_])/g

/** One line as people read it: no escape sequences, and what a carriage return wrote over is gone. */
export function plainLine(raw: string): string {
  const text = raw.includes('\u001b') ? raw.replace(ESCAPES, '') : raw
  const trimmed = text.endsWith('\r') ? text.slice(0, -1) : text
  const over = trimmed.lastIndexOf('\r')
  return over < 0 ? trimmed : trimmed.slice(over + 1)
}

/**
 * The log of one run, made of pieces. It takes each byte once: what it has already is cut off, and a piece that
 * leaves a hole is refused, so that the caller asks again from `next`.
 */
export class LogBuffer {
  /** Complete lines, ready to be shown. */
  readonly lines: string[] = []
  /** Grows with every change. */
  version = 0
  /** Position of the next byte that is missing. */
  next = 0
  complete = false
  private tail = ''

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
    const parts = (this.tail + text).split('\n')
    this.tail = parts.pop() ?? ''
    for (const part of parts) this.lines.push(plainLine(part))
  }

  /** How many lines there are, with the last one that may still grow. */
  get count(): number {
    return this.lines.length + (this.tail === '' ? 0 : 1)
  }

  line(index: number): string {
    return this.lines[index] ?? plainLine(this.tail)
  }

  text(): string {
    return [...this.lines, plainLine(this.tail)].join('\n')
  }
}

/** What follows so many bytes of a text. */
function afterBytes(text: string, bytes: number): string {
  return new TextDecoder().decode(new TextEncoder().encode(text).subarray(bytes))
}

/** The numbers of the lines that hold the text, whatever its case. */
export function findLines(buffer: LogBuffer, text: string): number[] {
  const wanted = text.toLowerCase()
  if (wanted === '') return []
  const found: number[] = []
  for (let index = 0; index < buffer.count; index += 1) if (buffer.line(index).toLowerCase().includes(wanted)) found.push(index)
  return found
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
