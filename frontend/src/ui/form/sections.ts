import { createContext } from 'react'
import type { Section } from './schema'

interface Sections {
  sections: Section[]
  advanced: string[]
  /** Whether the advanced part is unfolded. */
  opened: boolean
  onOpen: (opened: boolean) => void
}

/** How the root of a form is laid out. */
export const SectionsContext = createContext<Sections>({ sections: [], advanced: [], opened: false, onOpen: () => undefined })
