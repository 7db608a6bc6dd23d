import type { Args, Row } from './executor.ts'
import { ago, id } from './ids.ts'
import { PERMISSIONS } from './people.ts'

const times = { createdAt: ago(30_000), updatedAt: ago(60) }

const TITLES: Record<string, [en: string, fr: string]> = {
  'project.read': ['See the project, its resources and runs', 'Voir le projet, ses ressources et ses exécutions'],
  'project.update': ['Change the project’s texts, budget and variables', 'Modifier les textes, le budget et les variables du projet'],
  'member.manage': ['Add and remove members and give them roles', 'Ajouter et retirer des membres et leur donner des rôles'],
  'run.approve': ['Approve and reject plans', 'Approuver et rejeter des plans'],
  'state.write': ['Roll a state back, break a lock', 'Revenir à un état antérieur, forcer un verrou'],
}

/** The permissions there are, as the installation tells them. */
export function permissions() {
  const info = (scope: string) => (name: string) => ({ name, scope, title: { en: TITLES[name]?.[0] ?? name, fr: TITLES[name]?.[1] ?? name } })
  return [...PERMISSIONS.project.map(info('PROJECT')), ...PERMISSIONS.platform.map(info('PLATFORM'))]
}

/** What the pages of administration show beside people and roles. */
export function administrationRows(): Row[] {
  const worker = (n: number, name: string, more: object): Row => ({ __typename: 'Worker', id: id('wrk', n), name, labels: [], version: '0.1.0', tool: 'OpenTofu 1.12.6', slots: 2, remote: false, paused: false, alive: true, seenAt: ago(0), runs: [], ...times, ...more })
  const freeze = (n: number, reason: string, from: number, to: number, more: object = {}): Row => ({ __typename: 'Freeze', id: id('frz', n), reason, startsAt: ago(from), endsAt: ago(to), createdBy: 'Ada Martin', liftedAt: null, project: null, active: to < 0, createdAt: ago(from), updatedAt: ago(from), ...more })
  const token = (n: number, name: string, more: object): Row => ({ __typename: 'ApiToken', id: id('tok', n), userID: id('usr', 1), name, hint: 'x7Qp', scopes: ['project.read', 'resource.request'], expiresAt: ago(-40_000), lastUsedAt: ago(35), revokedAt: null, ...times, ...more })
  return [
    worker(1, 'server-1', {}),
    worker(2, 'dmz-worker', { remote: true, labels: ['dmz', 'vault'], paused: true }),
    worker(3, 'old-worker', { remote: true, alive: false, seenAt: ago(3_000) }),
    freeze(1, 'End-of-year closing', 300, -2_000),
    freeze(2, 'Launch of the shop', -6_000, -9_000, { projectID: id('prj', 1) }),
    freeze(3, 'Audit', 20_000, 18_000),
    token(1, 'ci-pipeline', {}),
    token(2, 'terraform on my laptop', { scopes: ['all'], expiresAt: null, lastUsedAt: null }),
    token(3, 'old script', { revokedAt: ago(900) }),
    { __typename: 'Role', id: id('rol', 6), key: 'RELEASE_MANAGER', scope: 'PROJECT', title: { en: 'Release manager', fr: 'Responsable des livraisons' }, permissions: ['project.read', 'run.approve', 'run.cancel'], rank: 100, builtIn: false, ...times },
    { __typename: 'Membership', id: id('mem', 9), userID: id('usr', 1), projectID: null, projectIDIsNil: true, roleID: id('rol', 5), ...times },
    ...Array.from({ length: 120 }, (_, n) => event(n)),
  ]
}

const STORY = [
  ['run.approved', 'Create orders-db', 'run', { before: { status: 'AWAITING_APPROVAL' }, after: { status: 'QUEUED', approvedBy: 'Grace Dupont' } }],
  ['project.updated', 'Online shop', 'prj', { before: { budget: 1000, variables: { region: 'fr-par' } }, after: { budget: 1200, variables: { region: 'fr-par', environment: 'production' } } }],
  ['membership.added', 'Linus Moreau', 'mem', { before: null, after: { role: 'CONTRIBUTOR' } }],
  ['session.started', 'Ada Martin', 'usr', {}],
  ['resource.requested', 'orders-db', 'res', { before: null, after: { template: 'postgresql', inputs: { size: 'medium', storage_gb: 40 } } }],
  ['system.swept', 'leases', 'run', {}],
] as const

function event(n: number): Row {
  const [type, subject, prefix, values] = STORY[n % STORY.length] ?? STORY[0]
  const actor = n % 6 === 5 ? ['system:sweep', 'system:sweep'] : [id('usr', (n % 3) + 1), ['Ada Martin', 'Grace Dupont', 'Linus Moreau'][n % 3]]
  return { __typename: 'Event', id: id('evt', 10_000 - n), type, actorID: actor[0], actor: actor[1], subjectID: id(prefix, 1), subject, projectID: id('prj', 1), time: ago(7 + n * 31), before: null, after: null, ...values, requestId: `req_${String(n)}`, address: '192.0.2.17', node: null }
}

/** Changes of single rows, as the mutations of administration make them. */
export function administrationRoot(find: (id: string) => Row | undefined, happen: (type: string, subject: Row) => void): Record<string, (args: Args) => unknown> {
  const changing = (name: string, type: string, fields: (input: Record<string, unknown>) => Record<string, unknown>) => (args: Args) => {
    const input = args.input as unknown as Record<string, unknown>
    const row = find(String(input.id ?? input.projectId))
    if (!row) return { userErrors: [{ code: 'NOT_FOUND', field: [], message: 'It is not there.' }] }
    Object.assign(row, fields(input))
    happen(type, row)
    return { [name]: row, userErrors: [] }
  }
  return {
    requeueRun: changing('run', 'run.requeued', () => ({})),
    pauseWorker: changing('worker', 'worker.paused', ({ paused }) => ({ paused })),
    liftFreeze: changing('freeze', 'freeze.lifted', () => ({ liftedAt: new Date().toISOString() })),
    revokeApiToken: changing('apiToken', 'token.revoked', () => ({ revokedAt: new Date().toISOString() })),
    createApiToken: () => ({ apiToken: find(id('tok', 1)), secret: 'arpent_4f9c2b7de1a84c0f9b35c6a2d87e51f0x7Qp', userErrors: [] }),
    createUser: () => ({ user: find(id('usr', 2)), password: 'vK2m9-Qx7tLw-84rz', userErrors: [] }),
    updateUser: changing('user', 'user.updated', ({ status }) => (status ? { status } : {})),
    updateProject: changing('project', 'project.updated', ({ name, budget, tags, variables }) => ({ ...(name ? { name } : {}), ...(budget ? { budget } : {}), ...(tags ? { tags } : {}), ...(variables ? { variables } : {}) })),
    archiveProject: changing('project', 'project.archived', () => ({ status: 'ARCHIVED' })),
    unarchiveProject: changing('project', 'project.unarchived', () => ({ status: 'ACTIVE' })),
    unlockState: changing('project', 'state.unlocked', () => ({ stateLock: null })),
    rollBackState: changing('stateVersion', 'state.rolled_back', () => ({})),
    syncLibrary: changing('library', 'library.synced', () => ({ status: 'SYNCING' })),
    addMember: () => ({ userErrors: [{ code: 'NOT_FOUND', field: ['email'], message: 'Nobody has an account with this address.' }] }),
  }
}
