import { useCallback, useRef } from 'react'

/**
 * A key for a request that must not happen twice: the same for as long as the input is the same, so that a
 * second click or a retry after a lost answer gets the first answer.
 */
export function useIdempotencyKey() {
  const last = useRef({ input: '', key: '' })
  return useCallback((input: unknown) => {
    const text = JSON.stringify(input)
    if (last.current.input !== text) last.current = { input: text, key: randomKey() }
    return last.current.key
  }, [])
}

/** randomUUID exists on secure origins only, and Arpent may be reached by plain http within a network. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
