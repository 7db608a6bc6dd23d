import type { Row } from './executor.ts'
import { ago, id } from './ids.ts'

export const PERMISSIONS = {
  project: ['project.read', 'project.update', 'project.archive', 'member.read', 'member.manage', 'resource.request', 'resource.delete', 'secret.reveal', 'run.approve', 'run.cancel', 'state.read', 'state.write', 'event.read'],
  platform: ['project.create', 'library.manage', 'user.manage', 'role.manage', 'worker.manage', 'freeze.manage', 'organization.edit'],
}

const times = { createdAt: ago(90_000), updatedAt: ago(4_000) }

export function peopleRows(): Row[] {
  const people = [
    ['Ada Martin', 'ada.martin@example.org'],
    ['Grace Dupont', 'grace.dupont@example.org'],
    ['Linus Moreau', 'linus.moreau@example.org'],
    ['Katherine Petit', 'katherine.petit@example.org'],
  ]
  const users = people.map(([name, email], n): Row => ({ __typename: 'User', id: id('usr', n + 1), name, email, locale: 'en', status: 'ACTIVE', lastSeenAt: ago(n * 50), ...times }))
  const role = (n: number, key: string, scope: string, en: string, fr: string, permissions: string[]): Row => ({
    __typename: 'Role', id: id('rol', n), key, scope, title: { en, fr }, permissions, rank: n, builtIn: true, ...times,
  })
  return [
    ...users,
    role(1, 'ADMIN', 'PROJECT', 'Administrator', 'Administrateur', PERMISSIONS.project),
    role(2, 'EDITOR', 'PROJECT', 'Editor', 'Éditeur', PERMISSIONS.project.slice(0, 9)),
    role(3, 'CONTRIBUTOR', 'PROJECT', 'Contributor', 'Contributeur', ['project.read', 'resource.request']),
    role(4, 'GUEST', 'PROJECT', 'Guest', 'Invité', ['project.read']),
    role(5, 'PLATFORM_ADMIN', 'PLATFORM', 'Platform administrator', 'Administrateur de la plateforme', [...PERMISSIONS.project, ...PERMISSIONS.platform]),
    { __typename: 'Organization', id: id('org', 1), name: 'Atelier Numérique', code: 'ATN', ...times },
    ...[1, 2, 3].map((n): Row => ({ __typename: 'Membership', id: id('mem', n), userID: id('usr', n), projectID: id('prj', 1), roleID: id('rol', n), ...times })),
  ]
}

let locale = 'en'

/** The sample person speaks the browser's language. */
export function speak(languages = 'en') {
  locale = languages.startsWith('fr') ? 'fr' : 'en'
}

export function viewer(rows: Row[]) {
  const user = rows.find((row) => row.__typename === 'User')
  return { user, name: user?.name, locale, permissions: [...PERMISSIONS.project, ...PERMISSIONS.platform], rateLimit: { limit: 600, remaining: 599, resetAt: ago(0) } }
}
