/** A time as <input type="datetime-local"> wants it, in the reader's zone. */
export function toLocalInput(time: string | number | undefined): string {
  if (time === undefined || time === '') return ''
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? '' : new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

/** What was put into such an input, as a moment; undefined when it is empty or no time. */
export function fromLocalInput(text: string): Date | undefined {
  const date = new Date(text)
  return text === '' || Number.isNaN(date.getTime()) ? undefined : date
}
