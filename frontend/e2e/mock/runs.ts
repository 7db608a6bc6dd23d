import type { Row } from './executor.ts'
import { ago, id } from './ids.ts'

const policy = { auto: false, roles: ['ADMIN', 'EDITOR'], count: 2, notSelf: true, expiresIn: 86_400 }
const words = (en: string, fr: string) => ({ en, fr })

/** A hundred thousand lines, as a large apply writes them. */
export const LONG_LOG = Array.from({ length: 100_000 }, (_, n) => `module.cluster.aws_instance.node[${String(n % 400)}]: Still creating... [${String(n)}s elapsed]`).join('\n')

const SHORT_LOG = `\u001b[0m\u001b[1mInitializing the backend...\u001b[0m
Initializing modules...
- db in modules/postgresql
Initializing provider plugins...
- Reusing previous version of hashicorp/random from the dependency lock file
- Using previously-installed hashicorp/random v3.7.2

\u001b[1m\u001b[32mOpenTofu has been successfully initialized!\u001b[0m

OpenTofu will perform the following actions:

  # module.orders_db.postgresql_database.this will be created
  + resource "postgresql_database" "this" {
      + name  = "orders"
      + owner = (known after apply)
    }

Plan: 4 to add, 1 to change, 2 to destroy.
`

export const runLogs = new Map<string, string>([
  [id('run', 1), SHORT_LOG],
  [id('run', 2), LONG_LOG],
  [id('run', 3), `${SHORT_LOG}Error: zone example.org is not known\n`],
  [id('run', 4), SHORT_LOG],
])

const step = (n: number, name: string, phase: string, status: string, from: number, to?: number): Row => ({
  __typename: 'RunStep', id: id('stp', n), runID: '', name, phase, status, done: name === 'apply' ? 3 : 0, total: name === 'apply' ? 7 : 0, startedAt: ago(from), endedAt: to === undefined ? null : ago(to),
})

const attribute = (path: string, before: unknown, after: unknown, more: object = {}) => ({ path, before, after, unknown: false, sensitive: false, forces: false, ...more })
const change = (module: string, type: string, name: string, action: string, attributes: object[], reason = '') => ({
  address: [module, `${type}.${name}`].filter(Boolean).join('.'), module, type, name, action, reason, attributes,
})

const PLAN = {
  __typename: 'RunPlan', id: id('pln', 1), runID: id('run', 1), createdAt: ago(9), updatedAt: ago(9), add: 4, change: 1, destroy: 2, truncated: 0,
  outputs: [change('', 'output', 'host', 'CREATE', [attribute('', null, null, { unknown: true })])],
  changes: [
    change('module.payments_secret', 'random_password', 'this', 'CREATE', [attribute('length', null, 32), attribute('special', null, true), attribute('result', null, null, { unknown: true, sensitive: true })]),
    change('module.payments_secret', 'vault_secret', 'this', 'CREATE', [attribute('path', null, 'shop/payments'), attribute('id', null, null, { unknown: true }), attribute('tags', null, { team: 'commerce', tier: 'gold' })]),
    change('module.orders_db', 'postgresql_database', 'this', 'UPDATE', [attribute('connection_limit', 50, 200), attribute('owner_password', null, null, { sensitive: true })]),
    change('module.orders_db', 'postgresql_server', 'this', 'REPLACE', [attribute('size', 'small', 'medium', { forces: true }), attribute('address', '10.2.0.14', null, { unknown: true })], 'replace_because_cannot_update'),
    change('', 'dns_record', 'legacy', 'DELETE', [attribute('name', 'old.example.org', null), attribute('ttl', 300, null)], 'delete_because_no_resource_config'),
    change('', 'local_file', 'inventory', 'CREATE', [attribute('filename', null, 'inventory.ini'), attribute('content', null, '[db]\norders ansible_host=10.2.0.14\n')]),
  ],
}

function run(n: number, status: string, more: Record<string, unknown>): Row {
  return {
    __typename: 'Run', id: id('run', n), kind: 'PROVISION', status, phase: 'PLAN', projectID: id('prj', 1), resourceID: id('res', 1), requestedByID: id('usr', 2), requestedBy: 'Grace Dupont', attempt: 1, worker: 'server-1', priority: 'plan', claimedAt: null, leaseExpiresAt: null, labels: [], logSize: runLogs.get(id('run', n))?.length ?? 0,
    tool: 'OpenTofu 1.12.6', branch: `arpent/run-${String(n)}`, commit: '4f1c2ab90d', queuedAt: ago(n * 13), createdAt: ago(n * 13), updatedAt: ago(n * 12), startedAt: ago(n * 13), plannedAt: null, approvedAt: null, finishedAt: null,
    steps: [], approvals: [], plan: null, inputChanges: [], diagnostics: [], approvalPolicy: policy, approvalsMissing: 0, viewerCanApprove: false, viewerCannotApproveReason: null, viewerCanCancel: false, viewerCanRetry: false, title: words('Change orders-db', 'Modifier orders-db'),
    log: ({ after = 0, limit = 65_536 }: { after?: number; limit?: number }) => {
      const text = (runLogs.get(id('run', n)) ?? '').slice(after, after + limit)
      return { offset: after, next: after + text.length, text, complete: status !== 'RUNNING' }
    },
    ...more,
  }
}

export function allRunRows(): Row[] {
  const finished = Array.from({ length: 24 }, (_, n): Row => run(n + 5, n % 7 === 3 ? 'CANCELED' : 'SUCCEEDED', {
    phase: 'APPLY', resourceID: id('res', (n % 3) + 1), kind: n % 5 === 4 ? 'DRIFT' : 'PROVISION', finishedAt: ago((n + 5) * 13 - 2), plan: { ...PLAN, id: id('pln', n + 5), add: n % 4, change: n % 3, destroy: 0, changes: [], outputs: [] }, title: words('Create shop-repository', 'Créer shop-repository'),
  }))
  return [
    ...finished.reverse(),
    run(4, 'QUEUED', { projectID: id('prj', 3), resourceID: id('res', 6), title: words('Create landing-page', 'Créer landing-page'), startedAt: null, worker: null, blockedReason: words('Waits for the base of the project.', 'Attend la base du projet.'), viewerCanCancel: true }),
    run(3, 'FAILED', {
      resourceID: id('res', 4), title: words('Create shop-dns', 'Créer shop-dns'), finishedAt: ago(38), viewerCanRetry: true, failure: words('The plan failed: the zone example.org is not known.', 'La planification a échoué. L’outil dit : « the zone example.org is not known »'),
      steps: [step(31, 'prepare', 'PLAN', 'DONE', 39, 38.95), step(32, 'init', 'PLAN', 'DONE', 38.95, 38.8), step(33, 'plan', 'PLAN', 'FAILED', 38.8, 38)],
      diagnostics: [{ severity: 'error', summary: 'Zone not found', detail: 'The zone "example.org" is not known to the name server. Create it first, or correct its name.', address: 'module.shop_dns.dns_record.this', file: 'modules/dns/main.tf', line: 12, snippet: 'resource "dns_record" "this" {\n  zone = var.zone\n  name = var.name\n}' }],
    }),
    run(2, 'RUNNING', {
      phase: 'APPLY', claimedAt: ago(2), leaseExpiresAt: ago(-600), projectID: id('prj', 2), resourceID: id('res', 5), title: words('Create warehouse', 'Créer warehouse'), viewerCanCancel: true, approvedBy: 'Ada Martin', approvedAt: ago(2), plannedAt: ago(20), startedAt: ago(4),
      steps: [step(21, 'prepare', 'PLAN', 'DONE', 26, 25.9), step(22, 'init', 'PLAN', 'DONE', 25.9, 25.5), step(23, 'plan', 'PLAN', 'DONE', 25.5, 25), step(24, 'init', 'APPLY', 'DONE', 2, 1.9), step(25, 'apply', 'APPLY', 'RUNNING', 1.9)],
      approvals: [{ __typename: 'Approval', id: id('apv', 2), by: 'Ada Martin', decision: 'APPROVED', comment: '', createdAt: ago(2) }], plan: { ...PLAN, id: id('pln', 2) },
    }),
    run(1, 'AWAITING_APPROVAL', {
      resourceID: id('res', 3), title: words('Create payments-secret', 'Créer payments-secret'), plannedAt: ago(9), approvalExpiresAt: ago(-1430), approvalsMissing: 1, viewerCanApprove: true, viewerCanCancel: true,
      inputChanges: [{ name: 'size', before: 'small', after: 'medium', sensitive: false }, { name: 'storage_gb', before: 20, after: 40, sensitive: false }, { name: 'admin_password', before: null, after: null, sensitive: true }],
      steps: [step(11, 'prepare', 'PLAN', 'DONE', 13, 12.98), step(12, 'init', 'PLAN', 'DONE', 12.98, 12.6), step(13, 'plan', 'PLAN', 'DONE', 12.6, 9)],
      approvals: [{ __typename: 'Approval', id: id('apv', 1), by: 'Katherine Petit', decision: 'APPROVED', comment: 'Budget checked.', createdAt: ago(5) }], plan: PLAN,
    }),
  ]
}
