import { IconHandGrab } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { usePages } from '@/api/pages'
import { graphql } from '@/gql'
import type { ClaimWhereInput } from '@/gql/graphql'
import { EmptyState } from '@/ui/EmptyState'
import { LoadMore } from '@/ui/LoadMore'
import { Panel } from '@/ui/Panel'
import { ClaimList } from './ClaimList'

const ClaimsQuery = graphql(/* GraphQL */ `
  query Claims($where: ClaimWhereInput, $after: Cursor, $direction: OrderDirection!) {
    claims(first: 50, after: $after, where: $where, orderBy: { field: CREATED_AT, direction: $direction }) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          ...ClaimListItem
        }
      }
    }
  }
`)

/** The lists may be empty. */
const CONTEXT = { additionalTypenames: ['Claim'] }

function useClaims(where: ClaimWhereInput, direction: 'ASC' | 'DESC', pages: number) {
  return usePages(ClaimsQuery, { where, direction }, { pages, list: (data) => data.claims, context: CONTEXT })
}

interface ClaimsProps {
  /** Whose, and of which kind. */
  of: ClaimWhereInput
  /** Only those in these states. Without it those who wait stand above all others, in the order in which they are served. */
  states?: ClaimWhereInput['stateIn']
  pages: number
  onMore: () => void
  /** Something narrows them: that there are none says nothing of all. */
  filtered?: boolean
  /** What can be done where there are none at all. */
  action?: ReactNode
}

/** What was claimed, the newest first, and who waits in line. */
export function Claims({ of, states, pages, onMore, filtered = false, action }: ClaimsProps) {
  const { t } = useTranslation()
  const where = states?.length ? { ...of, stateIn: states } : { ...of, stateNEQ: 'WAITING' as const }
  const waiting = useClaims({ ...of, state: 'WAITING' }, 'ASC', states?.length ? 0 : 1).nodes
  const { result, retry, nodes: claims, more, fetching } = useClaims(where, 'DESC', pages)
  const line = states?.length ? [] : waiting
  const none = <EmptyState icon={IconHandGrab} title={t(filtered ? 'claim.nothingFound' : 'claim.empty')} help={t(filtered ? 'claim.nothingFoundHelp' : 'claim.emptyHelp')} action={!filtered && action} />
  return (
    <>
      {line.length > 0 && <div style={{ marginBottom: '1rem' }}><Panel title={t('claim.line')} tone="warning" flush><ClaimList claims={line} label={t('claim.line')} /></Panel></div>}
      <Answer result={result} retry={retry}>
        {() => (claims.length > 0 ? <ClaimList claims={claims} /> : line.length === 0 && none)}
      </Answer>
      <LoadMore more={more} busy={fetching} onMore={onMore} />
    </>
  )
}
