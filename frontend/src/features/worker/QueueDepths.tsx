import { SimpleGrid, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import { useFormat } from '@/ui/format'
import { Tile } from '@/ui/Tile'
import { usePriorityName } from './usePriorityName'

export const QueueDepthFragment = graphql(/* GraphQL */ `
  fragment QueueDepth on QueueDepth {
    priority
    waiting
    oldest
  }
`)

/** How many runs wait in each line, and for how long the first has. */
export function QueueDepths({ queue }: { queue: readonly FragmentType<typeof QueueDepthFragment>[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const nameOf = usePriorityName()
  return (
    <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
      {queue.map((masked) => {
        const { priority, waiting, oldest } = unmask(QueueDepthFragment, masked)
        return (
          <Tile key={priority}>
            <Text size="sm" c="dimmed">{nameOf(priority)}</Text>
            <Text fz={26} fw={620} style={{ fontVariantNumeric: 'tabular-nums' }}>{format.number(waiting)}</Text>
            <Text size="sm" c="dimmed">{waiting > 0 ? t('worker.oldest', { time: format.duration(oldest * 1000) }) : t('worker.nothingWaits')}</Text>
          </Tile>
        )
      })}
    </SimpleGrid>
  )
}
