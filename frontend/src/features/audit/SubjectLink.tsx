import { PageLink } from '@/ui/Page'
import type { Event } from './AuditEvent'

/** Leads to what an event is about, where that has a page. */
export function SubjectLink({ node, name }: { node: Event['node']; name: string }) {
  switch (node?.__typename) {
    case 'Project':
      return <PageLink to="/projects/$acronym" params={{ acronym: node.acronym }}>{name}</PageLink>
    case 'Resource':
      return <PageLink to="/resources/$resourceId" params={{ resourceId: node.id }}>{name}</PageLink>
    case 'Run':
      return <PageLink to="/runs/$runId" params={{ runId: node.id }}>{name}</PageLink>
    case 'Library':
      return <PageLink to="/libraries/$libraryId" params={{ libraryId: node.id }}>{name}</PageLink>
    default:
      return <>{name}</>
  }
}
