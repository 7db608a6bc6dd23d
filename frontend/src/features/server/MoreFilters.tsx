import { Button, NumberInput, Popover, Stack, TextInput } from '@mantine/core'
import { IconAdjustmentsHorizontal } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useSearchText } from '@/ui/useSearchText'
import { LEASTS, type ServerFilter, WHOLES } from './filter'

interface MoreFiltersProps {
  filter: ServerFilter
  onFilter: (change: ServerFilter) => void
}

/** What a server must have at least, and what it must be: rarely asked for, so behind a button that says how much is. */
export function MoreFilters({ filter, onFilter }: MoreFiltersProps) {
  const { t } = useTranslation()
  const count = [...LEASTS, ...WHOLES].filter((name) => filter[name] !== undefined).length
  return (
    <Popover width={300} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconAdjustmentsHorizontal size={15} aria-hidden />}>{count > 0 ? t('server.filter.moreSet', { count }) : t('server.filter.more')}</Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          {LEASTS.map((name) => (
            <NumberInput key={name} label={t(`server.filter.least.${name}`)} value={filter[name] ?? ''} onChange={(value) => { onFilter({ [name]: typeof value === 'number' && value > 0 ? value : undefined }) }} min={1} max={1_000_000} allowDecimal={false} allowNegative={false} />
          ))}
          {WHOLES.map((name) => <Whole key={name} label={t(`server.column.${name}`)} value={filter[name]} onChange={(value) => { onFilter({ [name]: value }) }} />)}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}

function Whole({ label, value, onChange }: { label: string; value: string | undefined; onChange: (value: string | undefined) => void }) {
  const { t } = useTranslation()
  const [text, setText] = useSearchText(value, onChange)
  return <TextInput label={label} description={t('server.filter.whole')} value={text} onChange={({ currentTarget }) => { setText(currentTarget.value) }} maxLength={100} />
}
