import type { Row } from './executor.ts'
import { ago, id } from './ids.ts'
import { PERMISSIONS } from './people.ts'

const times = { createdAt: ago(60_000), updatedAt: ago(300) }

export function projectRows(): Row[] {
  const project = (n: number, acronym: string, name: string, en: string, fr: string, more: object = {}): Row => ({
    __typename: 'Project', id: id('prj', n), acronym, name, description: { en, fr }, status: 'ACTIVE', budget: 1200, organizationID: id('org', 1),
    variables: { region: 'fr-par', environment: 'production' }, secretVariableNames: ['registry_token'], tags: { team: 'commerce' }, viewerPermissions: PERMISSIONS.project, baseStatus: 'READY', ...times, ...more,
  })
  const resource = (n: number, prj: number, tpl: number, name: string, status: string, more: object = {}): Row => ({
    __typename: 'Resource', id: id('res', n), projectID: id('prj', prj), templateID: id('tpl', tpl), name, status, readyAt: ago(600), drifted: false, outputs: [],
    inputs: { name: 'orders', size: 'medium', storage_gb: 40 }, secretInputNames: ['admin_password'], createdAt: ago(9_000 - n * 100), updatedAt: ago(n * 37), ...more,
  })
  const outputs = [
    { name: 'host', value: 'db-1.internal', sensitive: false },
    { name: 'port', value: 5432, sensitive: false },
    { name: 'replicas', value: ['db-2.internal', 'db-3.internal'], sensitive: false },
    { name: 'connection_url', value: null, sensitive: true },
  ]
  return [
    project(1, 'SHOP', 'Online shop', 'The shop, its orders and its payments.', 'La boutique, ses commandes et ses paiements.', { stateLock: { holder: 'Grace Dupont', since: ago(12), info: { Operation: 'OperationTypeApply' } } }),
    project(2, 'DATA', 'Data platform', 'Where the figures come together.', 'Là où les chiffres se rejoignent.', { budget: null }),
    project(3, 'SITE', 'Public site', 'What everybody sees.', 'Ce que tout le monde voit.', { baseStatus: 'PENDING' }),
    project(4, 'OLD', 'Former intranet', 'Kept for the archives.', 'Conservé pour les archives.', { status: 'ARCHIVED' }),
    resource(1, 1, 1, 'orders-db', 'READY', { outputs, drifted: true, drift: { changed: 1 } }),
    resource(2, 1, 2, 'shop-repository', 'READY', { outputs: [{ name: 'clone_url', value: 'git@git.internal:shop.git', sensitive: false }], upgrade: null }),
    resource(3, 1, 3, 'payments-secret', 'PENDING_APPROVAL', { readyAt: null }),
    resource(4, 1, 5, 'shop-dns', 'ERROR', { error: { en: 'The plan failed: the zone example.org is not known.', fr: 'La planification a échoué. L’outil dit : « the zone example.org is not known »' } }),
    resource(5, 2, 1, 'warehouse', 'IN_PROGRESS', { readyAt: null }),
    resource(6, 3, 4, 'landing-page', 'REQUESTED', { readyAt: null }),
    ...[1, 2, 3].map((n): Row => ({
      __typename: 'StateVersion', id: id('stv', n), projectID: id('prj', 1), version: n, serial: n + 4, lineage: '5f0c', sha256: 'ab'.repeat(32), size: 4_200 * n, resourceCount: n * 3, createdBy: 'Ada Martin', createdAt: ago(4_000 - n * 900), updatedAt: ago(1),
    })),
  ]
}
