import { Table, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import type { OrderLinesFragment } from '@/gql/graphql'
import { useFormat } from '@/ui/format'
import { Panel } from '@/ui/Panel'
import { diskOf, memoryOf } from '@/ui/size'

export const OrderLinesFields = graphql(/* GraphQL */ `
  fragment OrderLines on PurchaseOrder {
    id
    lines {
      id
      position
      kind
      count
      title
      labels
      specification {
        cores
        memoryMiB
        diskGiB
        architecture
        system
        location
      }
    }
  }
`)

type Line = NonNullable<OrderLinesFragment['lines']>[number]

export function OrderLines({ order: masked }: { order: FragmentType<typeof OrderLinesFields> }) {
  const { t } = useTranslation()
  const format = useFormat()
  const specificationOf = useSpecification()
  const lines = [...(unmask(OrderLinesFields, masked).lines ?? [])].sort((a, b) => a.position - b.position)
  return (
    <Panel title={t('order.lines')} flush>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th ta="right" w={70}>{t('order.line.count')}</Table.Th>
            <Table.Th>{t('order.line.title')}</Table.Th>
            <Table.Th visibleFrom="sm">{t('order.line.specification')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map((line) => {
            const specification = specificationOf(line).join(' · ')
            return (
              <Table.Tr key={line.id}>
                <Table.Td ta="right">{format.number(line.count)}</Table.Td>
                <Table.Td>
                  {line.title}
                  <Text size="sm" c="dimmed">{t(`order.line.kind.${line.kind}`)}</Text>
                  {specification && <Text size="sm" hiddenFrom="sm">{t('order.line.specification')}{t('form.colon')}{specification}</Text>}
                </Table.Td>
                <Table.Td visibleFrom="sm">{specification || '–'}</Table.Td>
              </Table.Tr>
            )
          })}
        </Table.Tbody>
      </Table>
    </Panel>
  )
}

function useSpecification() {
  const { t, i18n } = useTranslation()
  const format = useFormat()
  return ({ specification: has, labels }: Line): string[] => {
    const marks = typeof labels === 'object' && labels !== null ? Object.entries(labels).map(([name, value]: [string, unknown]) => `${name}=${String(value)}`) : []
    if (!has) return marks
    return [
      has.cores > 0 && t('order.line.coresOf', { count: has.cores, shown: format.number(has.cores) }),
      has.memoryMiB > 0 && t('order.line.memoryOf', { size: memoryOf(format, has.memoryMiB, i18n.language) }),
      has.diskGiB > 0 && t('order.line.diskOf', { size: diskOf(format, has.diskGiB, i18n.language) }),
      has.architecture, has.system, has.location, ...marks,
    ].filter((part): part is string => typeof part === 'string' && part !== '')
  }
}
