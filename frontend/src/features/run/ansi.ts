/** A stretch of a line in one look; the look is a list of names, as in "bold red", or nothing. */
export interface Segment {
  text: string
  look: string
}

// eslint-disable-next-line no-control-regex -- escape sequences are what this is about
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-_])/g

/** What could make a page lie: control characters, and those that turn the direction of the text. */
// eslint-disable-next-line no-control-regex -- the same
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u0080-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** A line of more looks than this shows the rest of it in none: each is an element of the page. */
const MOST_SEGMENTS = 200

/** One line as people read it: no escape sequences, and what a carriage return wrote over is gone. */
export function plainLine(raw: string): string {
  const text = shownPart(raw)
  return seen(text.includes('\u001b') ? text.replace(ESCAPES, '') : text)
}

/** The same line in its colours. The texts of the segments together are `plainLine(raw)`. */
export function styledLine(raw: string): Segment[] {
  const text = shownPart(raw)
  if (!text.includes('\u001b')) return [{ text: seen(text), look: '' }]
  const segments: Segment[] = []
  const pen = new Pen()
  let from = 0
  for (const { 0: sequence, index } of text.matchAll(ESCAPES)) {
    push(segments, text.slice(from, index), pen.look)
    pen.obey(sequence)
    from = index + sequence.length
  }
  push(segments, text.slice(from), pen.look)
  return segments
}

function push(segments: Segment[], text: string, look: string) {
  if (text === '') return
  const last = segments.at(-1)
  if (last && (last.look === look || segments.length >= MOST_SEGMENTS)) last.text += seen(text)
  else segments.push({ text: seen(text), look })
}

/** What stands behind the last carriage return; one at the very end ends the line only. */
export function shownPart(raw: string): string {
  const text = raw.endsWith('\r') ? raw.slice(0, -1) : raw
  const over = text.lastIndexOf('\r')
  return over < 0 ? text : text.slice(over + 1)
}

/** Makes visible what is not: controls as their pictures, the others as the sign for what cannot be shown. */
function seen(text: string): string {
  return text.replace(UNSEEN, (c) => (c < '\u0020' ? String.fromCharCode(0x2400 + c.charCodeAt(0)) : '\ufffd'))
}

const COLORS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white']
const ON: Record<number, string> = { 1: 'bold', 2: 'dim', 3: 'italic', 4: 'underline', 9: 'strike' }
const OFF: Record<number, string[]> = { 22: ['bold', 'dim'], 23: ['italic'], 24: ['underline'], 29: ['strike'] }

/** How the next character would be written. Backgrounds are left out: with ours, every colour can be read. */
class Pen {
  private readonly marks = new Set<string>()
  private color = ''

  get look(): string {
    return [...this.marks, this.color].filter(Boolean).join(' ')
  }

  /** Follows a sequence that is about looks, and no other. */
  obey(sequence: string) {
    if (!sequence.startsWith('\u001b[') || !sequence.endsWith('m')) return
    const codes = sequence.slice(2, -1).split(/[;:]/).map(Number)
    for (let at = 0; at < codes.length; at += 1) {
      const code = codes[at] ?? 0
      if (code === 38 || code === 48) at += this.extended(code, codes.slice(at + 1, at + 5))
      else this.plain(code)
    }
  }

  private plain(code: number) {
    if (code === 0) {
      this.marks.clear()
      this.color = ''
    } else if (ON[code]) this.marks.add(ON[code])
    else if (OFF[code]) for (const mark of OFF[code]) this.marks.delete(mark)
    else if (code === 39) this.color = ''
    else if (code >= 30 && code <= 37) this.color = COLORS[code - 30] ?? ''
    else if (code >= 90 && code <= 97) this.color = COLORS[code - 90] ?? ''
  }

  /** A colour out of 256 or of all there are becomes the nearest of ours. Returns how many numbers it took. */
  private extended(code: number, [kind, ...rest]: number[]): number {
    const [r = 0, g = 0, b = 0] = kind === 2 ? rest : rgbOf(rest[0] ?? 0)
    if (code === 38) this.color = nearest(r, g, b)
    return kind === 2 ? 4 : 2
  }
}

/** The colour of a number out of 256: the sixteen, a cube of six, greys. */
function rgbOf(n: number): number[] {
  if (n < 16) return [n & 1, n & 2, n & 4].map((bit) => (bit ? 200 : 0))
  if (n >= 232) return Array.from({ length: 3 }, () => 8 + (n - 232) * 10)
  const cube = n - 16
  return [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((level) => level * 51)
}

function nearest(r: number, g: number, b: number): string {
  const middle = (Math.max(r, g, b) + Math.min(r, g, b)) / 2
  if (Math.max(r, g, b) - Math.min(r, g, b) < 40) return middle > 127 ? 'white' : 'black'
  return COLORS[(r > middle ? 1 : 0) + (g > middle ? 2 : 0) + (b > middle ? 4 : 0)] ?? ''
}
