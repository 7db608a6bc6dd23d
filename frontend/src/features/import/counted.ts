import { useTranslation } from 'react-i18next'
import type { ImportOutcome } from '@/gql/graphql'
import { useFormat } from '@/ui/format'

/** Says what became of the rows of a file: "1 new, 3 changed", each number with its own plural. */
export function useCounted() {
  const { t } = useTranslation()
  const format = useFormat()
  return (counts: Partial<Record<ImportOutcome, number>>) =>
    (Object.entries(counts) as [ImportOutcome, number][]).map(([outcome, count]) => t(`import.counted.${outcome}`, { count, shown: format.number(count) })).join(', ')
}
