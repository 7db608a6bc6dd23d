import { Group, Stack, Table, Text } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconPackageOff } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import type { OrderComparisonFragment } from '@/gql/graphql'
import { type Format, useFormat } from '@/ui/format'
import { PageLink } from '@/ui/Page'
import { Panel } from '@/ui/Panel'
import { diskOf, memoryOf } from '@/ui/size'
import { Status } from '@/ui/Status'

export const OrderComparisonFields = graphql(/* GraphQL */ `
  fragment OrderComparison on PurchaseOrder {
    id
    comparison {
      lines {
        lineId
        kind
        title
        ordered
        delivered
        missing
        different {
          serverId
          hostname
          what
          ordered
          delivered
        }
      }
      extra {
        id
        hostname
      }
    }
  }
`)

type Compared = OrderComparisonFragment['comparison']

/** What was ordered against what was delivered: missing, different, extra. */
export function OrderComparison({ order: masked }: { order: FragmentType<typeof OrderComparisonFields> }) {
  const { t } = useTranslation()
  const { comparison } = unmask(OrderComparisonFields, masked)
  return (
    <Panel title={t('order.comparison.title')}>
      <Stack gap="md">
        {comparison.lines.map((line) => <ComparedLine key={line.lineId} line={line} />)}
        {comparison.lines.length === 0 && <Text size="sm" c="dimmed">{t('order.comparison.noLines')}</Text>}
        <Extra extra={comparison.extra} />
      </Stack>
    </Panel>
  )
}

function ComparedLine({ line }: { line: Compared['lines'][number] }) {
  const { t, i18n } = useTranslation()
  const format = useFormat()
  const whole = line.missing === 0 && line.different.length === 0
  return (
    <section>
      <Group gap="sm">
        <Text fw={570}>{line.title}</Text>
        {line.kind !== 'SERVER' && <Text size="sm" c="dimmed">{t(`order.line.kind.${line.kind}`)}</Text>}
        <Text size="sm" c="dimmed">{t('order.comparison.delivered', { delivered: line.delivered, ordered: line.ordered })}</Text>
        {whole && <Status tone="success" icon={IconCircleCheck} label={t('order.comparison.whole')} />}
        {line.missing > 0 && <Status tone="warning" icon={IconPackageOff} label={t('order.comparison.missing', { count: line.missing })} />}
        {line.different.length > 0 && <Status tone="danger" icon={IconAlertTriangle} label={t('order.comparison.different', { count: new Set(line.different.map(({ serverId }) => serverId)).size })} />}
      </Group>
      {line.different.length > 0 && (
        <Table.ScrollContainer minWidth={420}>
          <Table mt="xs" withTableBorder>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('order.comparison.server')}</Table.Th>
                <Table.Th>{t('order.comparison.what')}</Table.Th>
                <Table.Th>{t('order.comparison.orderedValue')}</Table.Th>
                <Table.Th>{t('order.comparison.deliveredValue')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {line.different.map(({ serverId, hostname, what, ordered, delivered }) => (
                <Table.Tr key={serverId + what}>
                  <Table.Td><PageLink to="/servers/$serverId" params={{ serverId }}>{hostname}</PageLink></Table.Td>
                  <Table.Td>{t(`server.fact.${SIZES[what]?.name ?? what}` as 'server.fact.cores', what)}</Table.Td>
                  <Table.Td>{valueOf(format, what, ordered, i18n.language)}</Table.Td>
                  <Table.Td c="var(--arpent-destroy)">{valueOf(format, what, delivered, i18n.language)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </section>
  )
}

/** What is compared as a bare number, and is a size for people. */
const SIZES: Record<string, { name: string; of: typeof memoryOf } | undefined> = { memoryMiB: { name: 'memory', of: memoryOf }, diskGiB: { name: 'disk', of: diskOf } }

function valueOf(format: Format, what: string, value: string, language: string): string {
  return SIZES[what]?.of(format, Number(value), language) ?? (value || '–')
}

function Extra({ extra }: { extra: Compared['extra'] }) {
  const { t } = useTranslation()
  if (extra.length === 0) return null
  return (
    <section>
      <Group gap="sm" mb={4}>
        <Text fw={570}>{t('order.comparison.extraTitle')}</Text>
        <Status tone="warning" icon={IconAlertTriangle} label={t('order.comparison.extra', { count: extra.length })} />
      </Group>
      <Text size="sm">
        {extra.map(({ id, hostname }, at) => <span key={id}>{at > 0 && ', '}<PageLink to="/servers/$serverId" params={{ serverId: id }}>{hostname}</PageLink></span>)}
      </Text>
    </section>
  )
}
