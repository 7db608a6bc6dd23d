export interface Problem {
  line: number
  column: string
  value: string
  reason: string
}

/** What spreadsheets take for a formula when it stands first in a cell. */
const FORMULA = /^[=+\-@\t\r]/

/** The bad rows as a CSV file to send back, in the manner of the file that they are from. No cell of it is a formula. */
export function badRowsFile(problems: readonly Problem[], headers: readonly [string, string, string, string], delimiter: string): string {
  const lines = [headers, ...problems.map(({ line, column, value, reason }) => [String(line), column, value, reason])]
  return '\uFEFF' + lines.map((cells) => cells.map((cell) => quoted(cell, delimiter)).join(delimiter)).join('\r\n') + '\r\n'
}

function quoted(cell: string, delimiter: string): string {
  const safe = FORMULA.test(cell) ? `'${cell}` : cell
  return safe.includes(delimiter) || /["\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Gives a text to the reader as a file. */
export function saveFile(text: string, name: string) {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
