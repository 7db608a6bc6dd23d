import { Button, Group, Text } from '@mantine/core'
import { IconCircleCheck, IconClock, IconCircleX, IconHourglass, IconArrowBackUp } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { type FragmentType, graphql, unmask } from '@/gql'
import type { ClaimListItemFragment as Claim, ClaimState } from '@/gql/graphql'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { useFormat } from '@/ui/format'
import { PageLink } from '@/ui/Page'
import { Row, Rows, StatusCell } from '@/ui/Rows'
import { Status, type Tone } from '@/ui/Status'
import { TimeAgo } from '@/ui/Time'
import { useWish, wishesOf } from './selector'

export const ClaimListItem = graphql(/* GraphQL */ `
  fragment ClaimListItem on Claim {
    id
    kind
    state
    place
    selector
    requestedBy
    note
    createdAt
    heldAt
    expiresAt
    endedAt
    project {
      id
      acronym
      name
      viewerPermissions
    }
    server {
      id
      hostname
    }
    address {
      id
      ip
      network {
        id
        name
      }
    }
  }
`)

const ReleaseClaim = graphql(/* GraphQL */ `
  mutation ReleaseClaim($input: ReleaseClaimInput!) {
    releaseClaim(input: $input) {
      claim {
        id
        state
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

const LOOKS: Record<ClaimState, { tone: Tone; icon: typeof IconClock }> = {
  WAITING: { tone: 'warning', icon: IconHourglass },
  HELD: { tone: 'success', icon: IconCircleCheck },
  RELEASED: { tone: 'neutral', icon: IconArrowBackUp },
  EXPIRED: { tone: 'neutral', icon: IconClock },
  CANCELED: { tone: 'neutral', icon: IconCircleX },
}

interface ClaimListProps {
  claims: readonly ({ id: string } & FragmentType<typeof ClaimListItem>)[]
  label?: string
}

/** Who claimed what; what is held can be given back, and who waits can leave the line. */
export function ClaimList({ claims, label }: ClaimListProps) {
  const { t } = useTranslation()
  const [ending, setEnding] = useState<Claim | null>(null)
  const [release, busy] = useAction(ReleaseClaim, { success: t('claim.released') })
  const leaves = ending?.state === 'WAITING'

  async function confirm() {
    if (ending && (await release({ input: { id: ending.id } }))) setEnding(null)
  }

  return (
    <>
      <Rows label={label ?? t('claim.title')}>
        {claims.map((claim) => <ClaimRow key={claim.id} claim={claim} onEnd={setEnding} />)}
      </Rows>
      <ConfirmDialog opened={ending !== null} onClose={() => { setEnding(null) }} title={t(leaves ? 'claim.leave' : 'claim.release')} action={t(leaves ? 'claim.leave' : 'claim.release')} danger busy={busy} onConfirm={() => void confirm()}>
        {t(leaves ? 'claim.leaveHelp' : 'claim.releaseHelp', { what: ending ? whatOf(ending) : '', project: ending?.project.name ?? '' })}
      </ConfirmDialog>
    </>
  )
}

function ClaimRow({ claim: masked, onEnd }: { claim: FragmentType<typeof ClaimListItem>; onEnd: (claim: Claim) => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const wishOf = useWish()
  const claim = unmask(ClaimListItem, masked)
  const lives = claim.state === 'HELD' || claim.state === 'WAITING'
  return (
    <Row
      main={
        <>
          <What claim={claim} />
          <Group gap={6} c="dimmed" fz="sm">
            <PageLink to="/projects/$acronym" params={{ acronym: claim.project.acronym }} size="sm">{claim.project.name}</PageLink>
            <span>· {claim.requestedBy}</span>
            {wishesOf(claim.selector).map(wishOf).map((wish) => <span key={wish}>· {wish}</span>)}
            {claim.note && <span>· {claim.note}</span>}
          </Group>
        </>
      }
      aside={
        <>
          {lives && claim.expiresAt && <Text size="sm" c="dimmed">{t('claim.until', { when: format.dateTime(claim.expiresAt) })}</Text>}
          <Text size="sm" c="dimmed" ta="right" miw={90} visibleFrom="md"><TimeAgo value={claim.endedAt ?? claim.heldAt ?? claim.createdAt} brief /></Text>
          <StatusCell><Status {...LOOKS[claim.state]} label={claim.place ? t('claim.place', { place: claim.place }) : t(`claim.state.${claim.state}`)} /></StatusCell>
          {lives && claim.project.viewerPermissions.includes('server.claim') && <Button size="compact-sm" variant="default" onClick={() => { onEnd(claim) }}>{t(claim.state === 'WAITING' ? 'claim.leave' : 'claim.release')}</Button>}
        </>
      }
    />
  )
}

function What({ claim }: { claim: Claim }) {
  const { t } = useTranslation()
  if (claim.server) return <PageLink to="/servers/$serverId" params={{ serverId: claim.server.id }} fw={570}>{claim.server.hostname}</PageLink>
  if (claim.address) return <PageLink to="/networks/$networkId" params={{ networkId: claim.address.network.id }} fw={570}>{claim.address.ip}</PageLink>
  return <Text fw={570}>{t(`claim.kind.${claim.kind}`)}</Text>
}

function whatOf({ server, address }: Claim): string {
  return server?.hostname ?? address?.ip ?? ''
}
