import { Group, Text } from '@mantine/core'
import { IconFileSpreadsheet } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import { PageLink } from '@/ui/Page'
import { Row, Rows } from '@/ui/Rows'
import { TimeAgo } from '@/ui/Time'
import { useCounted } from './counted'

export const SessionListItem = graphql(/* GraphQL */ `
  fragment SessionListItem on ImportSession {
    id
    fileName
    createdAt
    createdBy
    added
    changed
    unchanged
    provider {
      id
      name
    }
    order {
      id
      number
    }
  }
`)

export function SessionList({ sessions }: { sessions: readonly ({ id: string } & FragmentType<typeof SessionListItem>)[] }) {
  const { t } = useTranslation()
  return (
    <Rows label={t('import.sessions')}>
      {sessions.map((session) => <SessionRow key={session.id} session={session} />)}
    </Rows>
  )
}

function SessionRow({ session: masked }: { session: FragmentType<typeof SessionListItem> }) {
  const counted = useCounted()
  const session = unmask(SessionListItem, masked)
  return (
    <Row
      lead={<IconFileSpreadsheet size={20} stroke={1.6} aria-hidden />}
      main={
        <>
          <PageLink to="/imports/$sessionId" params={{ sessionId: session.id }} data-row-link>{session.fileName}</PageLink>
          <Group gap={6} c="dimmed" fz="sm">
            <span>{session.provider.name}</span>
            {session.order && <span>· {session.order.number}</span>}
            <span>· {session.createdBy}</span>
          </Group>
        </>
      }
      aside={
        <>
          <Text size="sm" c="dimmed">{counted({ ADDED: session.added, CHANGED: session.changed, UNCHANGED: session.unchanged })}</Text>
          <Text size="sm" c="dimmed" ta="right" miw={90} visibleFrom="sm"><TimeAgo value={session.createdAt} brief /></Text>
        </>
      }
    />
  )
}
