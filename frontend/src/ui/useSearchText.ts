import { useDebouncedCallback } from '@mantine/hooks'
import { useState } from 'react'

/** The text of a search field at once, and in the URL when the typing pauses. Follows the URL when that changes by itself. */
export function useSearchText(inURL: string | undefined, toURL: (text: string | undefined) => void) {
  const [text, setText] = useState(inURL ?? '')
  const [known, setKnown] = useState(inURL)
  const write = useDebouncedCallback((next: string) => { toURL(next === '' ? undefined : next) }, 250)
  if (known !== inURL) {
    setKnown(inURL)
    if ((inURL ?? '') !== text.trim()) setText(inURL ?? '')
  }
  return [
    text,
    (next: string) => {
      setText(next)
      write(next.trim())
    },
  ] as const
}
