import { mappingOf, type Reading } from './mapping'

interface Wanted {
  file: File
  providerId: string
  reading: Reading | null
  /** What the file of bad rows is called. */
  name: string
}

/** Has the server give the rows back that it would refuse, as they stand in the file, with line and reasons: a file to send back. */
export async function downloadBadRows({ file, providerId, reading, name }: Wanted): Promise<void> {
  const form = new FormData()
  form.set('providerId', providerId)
  if (reading) form.set('mapping', JSON.stringify(mappingOf(reading)))
  form.set('file', file) // last: the server reads it as it comes
  const response = await fetch('/exports/bad-rows.csv', { method: 'POST', credentials: 'same-origin', body: form })
  if (!response.ok) throw new Error(await reasonOf(response))
  save(await response.blob(), name)
}

async function reasonOf(response: Response): Promise<string> {
  const answer = (await response.json().catch(() => ({}))) as { errors?: { message: string }[] }
  return answer.errors?.[0]?.message ?? ''
}

function save(file: Blob, name: string) {
  const url = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
