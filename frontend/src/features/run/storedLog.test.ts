import { afterEach, describe, expect, it, vi } from 'vitest'
import { openLog, readAhead, wholeLetters } from './storedLog'

afterEach(() => { vi.unstubAllGlobals() })

const encode = (text: string) => new TextEncoder().encode(text)

/** A server that sends a log in pieces of so many bytes, and breaks off after some of them. */
function serve(text: string, size: number, breakAfter = Number.POSITIVE_INFINITY) {
  const asked: string[] = []
  vi.stubGlobal('fetch', (url: string) => {
    asked.push(url)
    const bytes = encode(text).subarray(Number(new URL(url, 'http://portal.test').searchParams.get('after') ?? 0))
    let at = 0
    const body = new ReadableStream<Uint8Array>({
      pull: (stream) => {
        if (at >= breakAfter) stream.error(new Error('cut off'))
        else if (at >= bytes.length) stream.close()
        else stream.enqueue(bytes.subarray(at, (at += size)))
      },
    })
    return Promise.resolve(new Response(body, { headers: { 'Content-Type': 'text/plain; charset=utf-8' } }))
  })
  return asked
}

const LOG = Array.from({ length: 200 }, (_, n) => `ligne ${String(n)} : été 🌱 €`).join('\n')

describe('a stored log', () => {
  it.each([1, 2, 3, 7, 100_000])('is the same text in pieces of %d bytes', async (size) => {
    serve(LOG, size)
    const log = openLog(`run_${String(size)}`)
    await log.read(() => undefined)
    expect(log.buffer.text()).toBe(LOG)
    expect(log.buffer.next).toBe(encode(LOG).length)
  })

  it('that breaks off is read on from its next byte', async () => {
    const asked = serve(LOG, 5, 1_000)
    const log = openLog('run_broken')
    await log.read(() => undefined)
    expect(log.buffer.next).toBeGreaterThan(900)
    serve(LOG, 5)
    await log.read(() => undefined)
    expect(log.buffer.text()).toBe(LOG)
    expect(asked).toEqual(['/runs/run_broken/log'])
  })

  it('is left to the subscription where the server answers with something else', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('<html>', { headers: { 'Content-Type': 'text/html' } })))
    const log = openLog('run_page')
    await log.read(() => undefined)
    expect([log.buffer.next, log.buffer.count]).toEqual([0, 0])
  })

  it('is read once, ahead of the page and by it, and kept for who comes back', async () => {
    const asked = serve(LOG, 64)
    readAhead('run_ahead')
    const seen = vi.fn()
    await openLog('run_ahead').read(seen)
    expect(asked).toHaveLength(1)
    expect(seen).toHaveBeenCalled()
    openLog('run_other')
    expect(openLog('run_ahead').buffer.text()).toBe(LOG)
    openLog('run_third')
    openLog('run_fourth')
    expect(openLog('run_ahead').buffer.count).toBe(0)
  })
})

it.each([
  [[0x61], 1],
  [[0x61, 0xc3], 1],
  [[0xc3, 0xa9], 2],
  [[0xe2, 0x82], 0],
  [[0xe2, 0x82, 0xac], 3],
  [[0x61, 0xf0, 0x9f, 0x8c], 1],
  [[0xf0, 0x9f, 0x8c, 0xb1], 4],
  [[0x80, 0x80, 0x80, 0x80], 4],
  [[], 0],
])('knows how many bytes of %j are whole letters', (bytes, whole) => {
  expect(wholeLetters(Uint8Array.from(bytes))).toBe(whole)
})
