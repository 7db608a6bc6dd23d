/** An id like the server's: a prefix and 26 letters, the same for the same number. */
export function id(prefix: string, n: number): string {
  return `${prefix}_01k8${String(n).padStart(22, '0')}`
}

const START = Date.now()

/** A time so many minutes ago. */
export function ago(minutes: number): string {
  return new Date(START - minutes * 60_000).toISOString()
}
