import { cleanup, configure } from '@testing-library/react'
import { afterEach } from 'vitest'

// jsdom has none of these; Mantine asks for them.
window.matchMedia ??= (query) => ({ matches: false, media: query, onchange: null, addListener: () => undefined, removeListener: () => undefined, addEventListener: () => undefined, removeEventListener: () => undefined, dispatchEvent: () => false })
window.ResizeObserver ??= class {
  observe() { return undefined }
  unobserve() { return undefined }
  disconnect() { return undefined }
}
if (!('fonts' in document)) Object.assign(document, { fonts: new EventTarget() })
Element.prototype.scrollIntoView ??= () => undefined

// A busy machine is no failure.
configure({ asyncUtilTimeout: 40_000 })

afterEach(cleanup)
