import { LogBuffer } from './log'

/** Where the log of a run can be had as it is. */
export function rawLogAddress(id: string, after = 0): string {
  return after === 0 ? `/runs/${id}/log` : `/runs/${id}/log?after=${String(after)}`
}

/** A log as this page has it so far. */
class StoredLog {
  readonly buffer = new LogBuffer()
  private reading: Promise<void> | undefined
  private changed: () => void = () => undefined
  private stopping = new AbortController()

  constructor(readonly id: string) {}

  /**
   * Reads what the server has of it, as fast as it comes; a reading that is under way already is joined. It never
   * fails: what it could not read is left to whoever follows the log, from the buffer's next byte on.
   */
  read(changed: () => void): Promise<void> {
    this.changed = changed
    this.reading ??= this.fetch().finally(() => { this.reading = undefined })
    return this.reading
  }

  /** Stops reading; what was read stays. */
  stop() {
    this.stopping.abort()
    this.stopping = new AbortController()
    this.reading = undefined
  }

  private async fetch(): Promise<void> {
    if (this.buffer.complete) return
    try {
      const response = await fetch(rawLogAddress(this.id, this.buffer.next), { credentials: 'same-origin', signal: this.stopping.signal })
      if (!response.ok || !response.body || !response.headers.get('Content-Type')?.startsWith('text/plain')) return
      await readInto(this.buffer, response.body.getReader(), () => { this.changed() })
    } catch {
      // gone, or cut off in the middle: see above
    }
  }
}

/** The logs that were looked at last: who comes back to one from the plan does not load it again. */
let recent: StoredLog[] = []
const KEPT = 2

export function openLog(id: string): StoredLog {
  const log = recent.find((one) => one.id === id) ?? new StoredLog(id)
  recent = [log, ...recent.filter((one) => one !== log)].slice(0, KEPT)
  return log
}

/** Begins to read a log before the page that shows it is there. */
export function readAhead(id: string) {
  void openLog(id).read(() => undefined)
}

async function readInto(buffer: LogBuffer, reader: ReadableStreamDefaultReader<Uint8Array>, changed: () => void) {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let rest = new Uint8Array()
  for (;;) {
    const { done, value = new Uint8Array() } = await reader.read()
    const bytes = rest.length > 0 ? joined(rest, value) : value
    const whole = done ? bytes.length : wholeLetters(bytes)
    rest = bytes.slice(whole)
    if (whole > 0) {
      buffer.add({ offset: buffer.next, next: buffer.next + whole, text: decoder.decode(bytes.subarray(0, whole)), complete: false })
      changed()
    }
    if (done) return
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

/** How many bytes there are before a letter that is cut at the end. */
export function wholeLetters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte >= 0xc0) return lengthOf(byte) > back ? bytes.length - back : bytes.length
    if (byte < 0x80) return bytes.length
  }
  return bytes.length
}

/** How many bytes a letter has that begins with this one. */
function lengthOf(first: number): number {
  if (first >= 0xf0) return 4
  return first >= 0xe0 ? 3 : 2
}
