import type { Language } from './words'

/** The accounts of the sample organization that the journeys use. */
export interface Person {
  email: string
  name: string
  language: Language
}

export const admin: Person = { email: 'admin@example.org', name: 'Administrator', language: 'en' }
/** Administers both sample projects. */
export const claire: Person = { email: 'claire@example.org', name: 'Claire Dubois', language: 'fr' }
/** Requests and approves in both. */
export const emma: Person = { email: 'emma@example.org', name: 'Emma Novak', language: 'en' }
/** Requests in MAPS, and approves nothing. */
export const carlos: Person = { email: 'carlos@example.org', name: 'Carlos Ruiz', language: 'en' }
/** Only reads in MAPS. */
export const gaspard: Person = { email: 'gaspard@example.org', name: 'Gaspard Petit', language: 'fr' }
/** Operates the inventory. */
export const ines: Person = { email: 'ines@example.org', name: 'Inès Laurent', language: 'fr' }
/** Reads everything and changes nothing. */
export const arthur: Person = { email: 'arthur@example.org', name: 'Arthur Blake', language: 'en' }

/** Every account of the sample organization: one of each role. */
export const EVERYBODY: Person[] = [admin, claire, emma, carlos, gaspard, ines, arthur]
