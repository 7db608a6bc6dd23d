import { cleanup } from '@testing-library/react'
import { afterEach } from 'vitest'

// jsdom has neither; Mantine asks for both.
window.matchMedia ??= (query) => ({ matches: false, media: query, onchange: null, addListener: () => undefined, removeListener: () => undefined, addEventListener: () => undefined, removeEventListener: () => undefined, dispatchEvent: () => false })
window.ResizeObserver ??= class {
  observe() { return undefined }
  unobserve() { return undefined }
  disconnect() { return undefined }
}

afterEach(cleanup)
