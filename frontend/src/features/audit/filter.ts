import type { EventWhereInput } from '@/gql/graphql'
import { fromLocalInput } from '@/ui/localTime'

/** What the address of the audit trail may hold. */
export interface AuditFilter {
  type?: string[]
  actor?: string
  subject?: string
  project?: string
  /** As <input type="datetime-local"> has them. */
  from?: string
  to?: string
}

const TEXTS = ['actor', 'subject', 'project', 'from', 'to'] as const

/** Reads a filter out of whatever somebody has put into the address. */
export function readFilter(search: Record<string, unknown>): AuditFilter {
  const filter: AuditFilter = {}
  if (Array.isArray(search.type)) {
    const types = search.type.filter((type): type is string => typeof type === 'string')
    if (types.length > 0) filter.type = types
  }
  for (const name of TEXTS) {
    const value = search[name]
    if (typeof value === 'string' && value !== '') filter[name] = value
  }
  return filter
}

/** The filter as the server takes it. */
export function whereOf({ type, actor, subject, project, from, to }: AuditFilter): EventWhereInput {
  return {
    ...(type?.length && { typeIn: type }),
    ...(actor && { actorID: actor }),
    ...(subject && { subjectID: subject }),
    ...(project && { projectID: project }),
    ...(from && { timeGTE: fromLocalInput(from)?.toISOString() }),
    ...(to && { timeLTE: fromLocalInput(to)?.toISOString() }),
  }
}

/** The kinds of events that have a name in both languages. */
export const KNOWN_TYPES = [
  'access.granted',
  'access.revoked',
  'approval.given',
  'claim.canceled',
  'claim.expired',
  'claim.extended',
  'claim.held',
  'claim.released',
  'claim.waiting',
  'freeze.declared',
  'freeze.lifted',
  'import.committed',
  'library.created',
  'library.deleted',
  'library.failed',
  'library.synced',
  'library.updated',
  'membership.added',
  'membership.created',
  'membership.removed',
  'membership.updated',
  'network.created',
  'network.deleted',
  'network.reserved',
  'network.unreserved',
  'network.updated',
  'order.canceled',
  'order.delivered',
  'order.ordered',
  'order.partly_delivered',
  'order.updated',
  'order.wished',
  'project.archived',
  'project.created',
  'project.unarchived',
  'project.updated',
  'provider.created',
  'provider.deleted',
  'provider.updated',
  'resource.changed',
  'resource.deleted',
  'resource.deleting',
  'resource.drifted',
  'resource.error',
  'resource.in_progress',
  'resource.output_revealed',
  'resource.pending_approval',
  'resource.ready',
  'resource.requested',
  'resource.restored',
  'resource.retried',
  'retention.forgot',
  'role.created',
  'role.deleted',
  'role.updated',
  'run.approved',
  'run.approved_by_one',
  'run.awaiting_approval',
  'run.canceled',
  'run.canceling',
  'run.failed',
  'run.queued',
  'run.rejected',
  'run.requeued',
  'run.running',
  'run.succeeded',
  'server.assigned',
  'server.available',
  'server.delivered',
  'server.health',
  'server.in_service',
  'server.labeled',
  'server.maintenance',
  'server.ordered',
  'server.rejected',
  'server.retired',
  'server.updated',
  'session.ended',
  'session.started',
  'state.downloaded',
  'state.locked',
  'state.read',
  'state.rolled_back',
  'state.unlocked',
  'state.written',
  'template.gone',
  'template.published',
  'token.created',
  'token.revoked',
  'user.created',
  'user.password_changed',
  'user.updated',
  'worker.paused',
  'worker.resumed',
] as const

/** Under which key the name of a kind stands: run.approved_by_one is runApprovedByOne. */
export function keyOf(type: string): string {
  return type.replace(/[._]([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
