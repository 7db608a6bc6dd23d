import type { Format } from './format'

/** Memory and disks are counted in powers of two: 16384 MiB are 16 GiB. Zero says that it is not known. */
export function memoryOf(format: Format, mebibytes: number, language: string): string {
  if (mebibytes === 0) return '–'
  return mebibytes % 1024 === 0 || mebibytes >= 10_240 ? gibibytes(format, mebibytes / 1024, language) : `${format.number(mebibytes)} ${language === 'fr' ? 'Mio' : 'MiB'}`
}

export function diskOf(format: Format, size: number, language: string): string {
  return size === 0 ? '–' : gibibytes(format, size, language)
}

function gibibytes(format: Format, size: number, language: string): string {
  const byte = language === 'fr' ? 'o' : 'B'
  if (size >= 1024 && size % 256 === 0) return `${format.number(size / 1024)} Ti${byte}`
  return `${format.number(Math.round(size * 10) / 10)} Gi${byte}`
}
