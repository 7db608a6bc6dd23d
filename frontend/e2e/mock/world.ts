import { administrationRoot, administrationRows, permissions } from './administration.ts'
import { catalogRows, OFFERED_SCHEMA } from './catalog.ts'
import { channel } from './channel.ts'
import { peopleRows, viewer } from './people.ts'
import { projectRows } from './projects.ts'
import { allRunRows, LONG_LOG, runLogs } from './runs.ts'
import type { Args, Row, World } from './executor.ts'
import { id } from './ids.ts'

/** A small organization in which everything that the portal shows happens. */
export function createWorld(): World {
  const rows: Row[] = [...peopleRows(), ...catalogRows(), ...projectRows(), ...allRunRows(), ...administrationRows()]
  const find = (wanted: string) => rows.find((row) => row.id === wanted)
  link(rows)
  const happenings = channel<{ events: object }>()
  let position = 100

  function happen(type: string, subject: Row) {
    position += 1
    happenings.publish({
      events: { id: id('evt', position), __typename: 'Event', type, subjectID: subject.id, projectID: subject.projectID, cursor: String(position), subject: '', actor: '', actorID: '', time: new Date().toISOString() },
    })
  }

  function change(row: Row | undefined, fields: Record<string, unknown>, type: string) {
    if (!row) return { userErrors: [{ code: 'NOT_FOUND', field: [], message: 'It is not there.' }] }
    Object.assign(row, fields)
    happen(type, row)
    return { run: row, userErrors: [] }
  }

  const input = (args: Args) => args.input as unknown as Record<string, string>
  const run = (args: Args) => find(input(args).id ?? '')

  return {
    rows: () => rows,
    root: {
      viewer: () => viewer(rows),
      installation: () => ({ version: '0.1.0', publicURL: 'http://localhost', embedded: true, demo: true, permissions: permissions() }),
      eventCursor: () => String(position),
      ping: () => 'mock',
      projectByAcronym: (args) => rows.find((row) => row.acronym === args.acronym) ?? null,
      nodes: (args: Args) => (args.ids as unknown as string[]).map(find),
      offer: () => ({ __typename: 'Offer', schema: OFFERED_SCHEMA, refusal: null }),
      runsAwaitingMe: () => rows.filter((row) => row.__typename === 'Run' && row.status === 'AWAITING_APPROVAL' && row.viewerCanApprove),
      queue: () => [{ priority: 'apply', waiting: 0, oldest: 0 }, { priority: 'plan', waiting: 1, oldest: 3120 }, { priority: 'background', waiting: 0, oldest: 0 }],
      waitingRuns: () => rows.filter((row) => row.__typename === 'Run' && row.status === 'QUEUED'),
      ...administrationRoot(find, happen),
      updateViewer: () => ({ user: rows[0], userErrors: [] }),
      createProject: (args) => {
        if (rows.some((row) => row.acronym === input(args).acronym)) return { userErrors: [{ code: 'CONFLICT', field: ['acronym'], message: 'This acronym is taken.' }] }
        const project: Row = { ...(rows.find((row) => row.acronym === 'SHOP') as Row), ...input(args), id: id('prj', rows.length), createdAt: new Date().toISOString(), resources: [], runs: [], memberships: [] }
        rows.push(project)
        happen('project.created', project)
        return { project, userErrors: [] }
      },
      requestResource: (args) => {
        const { name, projectId, template } = input(args)
        if (rows.some((row) => row.__typename === 'Resource' && row.name === name && row.projectID === projectId)) {
          return { userErrors: [{ code: 'CONFLICT', field: ['name'], message: 'This project has a resource of that name.' }] }
        }
        const source = rows.find((row) => row.__typename === 'Run' && row.status === 'AWAITING_APPROVAL') as Row
        const resource: Row = { ...(rows.find((row) => row.__typename === 'Resource') as Row), id: id('res', rows.length), name, status: 'REQUESTED', template: find(template ?? '') }
        rows.push(resource)
        happen('resource.requested', resource)
        return { resource, run: source, userErrors: [] }
      },
      revealOutput: (args) => ({ output: { name: input(args).name, value: 'postgres://app:vK2m9-Qx7t@db-1.internal:5432/orders', sensitive: true }, userErrors: [] }),
      approveRun: (args) => change(run(args), { status: 'QUEUED', phase: 'APPLY', viewerCanApprove: false, approvalsMissing: 0, approvedBy: 'Ada Martin' }, 'run.approved'),
      rejectRun: (args) => change(run(args), { status: 'REJECTED', viewerCanApprove: false, approvalsMissing: 0, finishedAt: new Date().toISOString() }, 'run.rejected'),
      cancelRun: (args) => change(run(args), { status: 'CANCELING', viewerCanCancel: false }, 'run.canceling'),
      retryRun: (args) => change(run(args), {}, 'run.retried'),
      events: () => happenings.stream(),
      runChanged: async function* (args: Args) {
        yield { runChanged: find(args.id ?? '') }
        for await (const { events } of happenings.stream()) {
          if ((events as { subjectID: string }).subjectID === args.id) yield { runChanged: find(args.id ?? '') }
        }
      },
      runLog: async function* (args: Args) {
        yield* pieces(runLogs.get(args.id ?? '') ?? '', Number(args.after))
        if (runLogs.get(args.id ?? '') === LONG_LOG) await new Promise(() => undefined)
      },
    },
  }
}

function* pieces(log: string, from: number) {
  const size = 60_000
  for (let offset = from; offset < log.length || offset === from; offset += size) {
    const text = log.slice(offset, offset + size)
    yield { runLog: { offset, next: offset + text.length, text, complete: offset + size >= log.length && log !== LONG_LOG } }
    if (text.length === 0) return
  }
}

/** Turns ids into the rows they mean, as ent's edges do. */
function link(rows: Row[]) {
  const byId = new Map(rows.map((row) => [row.id, row]))
  const edges: Record<string, string> = { projectID: 'project', resourceID: 'resource', templateID: 'template', libraryID: 'library', userID: 'user', roleID: 'role', requestedByID: 'requester', organizationID: 'organization' }
  for (const row of rows) {
    for (const [field, edge] of Object.entries(edges)) if (typeof row[field] === 'string') row[edge] = byId.get(row[field])
  }
  const children = (type: string, field: string, owner: string) => () => rows.filter((row) => row.__typename === type && row[field] === owner)
  for (const row of rows) {
    if (row.__typename === 'Project') {
      Object.assign(row, {
        resources: children('Resource', 'projectID', row.id),
        runs: children('Run', 'projectID', row.id),
        memberships: children('Membership', 'projectID', row.id),
        stateVersions: children('StateVersion', 'projectID', row.id),
      })
    }
    if (row.__typename === 'Resource') row.runs = children('Run', 'resourceID', row.id)
    if (row.__typename === 'Library') row.templates = children('Template', 'libraryID', row.id)
    if (row.__typename === 'Worker') row.runs = () => rows.filter((run) => run.worker === row.name && (run.status === 'RUNNING' || run.status === 'CANCELING'))
    if (row.__typename === 'User') row.memberships = children('Membership', 'userID', row.id)
    if (row.__typename === 'Resource') row.lastRun = () => rows.findLast((run) => run.__typename === 'Run' && run.resourceID === row.id)
  }
}
