import { Button, Group, MultiSelect, TagsInput, TextInput } from '@mantine/core'
import { useDisclosure, useMediaQuery } from '@mantine/hooks'
import { IconFilter, IconSearch, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { NetworkChooser, OrderChooser, ProjectChooser, ProviderChooser, SessionChooser } from '@/api/Chooser'
import { useMay } from '@/api/viewer'
import type { ServerHealth, ServerLifecycle } from '@/gql/graphql'
import { useSearchText } from '@/ui/useSearchText'
import { MoreFilters } from './MoreFilters'
import { isFiltered, LIFECYCLES, NOBODY, SERVER_HEALTHS, type ServerFilter } from './filter'

interface ServerFiltersProps {
  filter: ServerFilter
  onFilter: (change: ServerFilter) => void
  onClear: () => void
}

/** A telephone: eight choosers would fill it. */
const NARROW = '(max-width: 48em)'

/** Everything by which servers are found. On a telephone all but the search is behind a button. */
export function ServerFilters({ filter, onFilter, onClear }: ServerFiltersProps) {
  const { t } = useTranslation()
  const [text, setText] = useSearchText(filter.search, (search) => { onFilter({ search }) })
  const { lifecycle = [], health = [], labels = [] } = filter
  const maySeeImports = useMay('inventory.read')
  const narrow = useMediaQuery(NARROW, undefined, { getInitialValueInEffect: false })
  const [opened, { toggle }] = useDisclosure()
  return (
    <Group gap="xs" role="search" aria-label={t('server.filter.label')}>
      <TextInput type="search" aria-label={t('server.filter.search')} placeholder={t('server.filter.search')} leftSection={<IconSearch size={15} aria-hidden />} value={text} onChange={({ currentTarget }) => { setText(currentTarget.value) }} spellCheck={false} w={260} />
      {narrow && <Button variant="default" leftSection={<IconFilter size={15} aria-hidden />} aria-expanded={opened} onClick={toggle}>{t('server.filter.open')}</Button>}
      {(!narrow || opened) && (
        <>
          <MultiSelect aria-label={t('server.filter.lifecycle')} placeholder={lifecycle.length ? undefined : t('server.filter.lifecycle')} data={LIFECYCLES.map((value) => ({ value, label: t(`server.lifecycle.${value}`) }))} value={lifecycle} onChange={(next) => { onFilter({ lifecycle: next.length > 0 ? (next as ServerLifecycle[]) : undefined }) }} clearable miw={170} maw={420} />
          <MultiSelect aria-label={t('server.filter.health')} placeholder={health.length ? undefined : t('server.filter.health')} data={SERVER_HEALTHS.map((value) => ({ value, label: t(`health.status.${value}`) }))} value={health} onChange={(next) => { onFilter({ health: next.length > 0 ? (next as ServerHealth[]) : undefined }) }} clearable miw={140} maw={360} />
          <ProviderChooser {...nameOf(t('server.filter.provider'))} value={filter.provider} onChange={(provider) => { onFilter({ provider }) }} />
          <ProjectChooser {...nameOf(t('server.filter.project'))} before={[{ value: NOBODY, label: t('server.filter.nobody') }]} value={filter.project} onChange={(project) => { onFilter({ project }) }} />
          <NetworkChooser {...nameOf(t('server.filter.network'))} value={filter.network} onChange={(network) => { onFilter({ network }) }} />
          <OrderChooser {...nameOf(t('server.filter.order'))} value={filter.order} onChange={(order) => { onFilter({ order }) }} />
          {maySeeImports && <SessionChooser {...nameOf(t('server.filter.imported'))} provider={filter.provider} value={filter.session} onChange={(session) => { onFilter({ session }) }} />}
          <TagsInput aria-label={t('server.filter.labels')} placeholder={labels.length ? undefined : t('server.filter.labels')} value={labels} onChange={(next) => { onFilter({ labels: next.length > 0 ? next : undefined }) }} clearable miw={170} maw={360} />
          <MoreFilters filter={filter} onFilter={onFilter} />
        </>
      )}
      {filter.session && !maySeeImports && <Button variant="default" size="sm" rightSection={<IconX size={14} />} onClick={() => { onFilter({ session: undefined }) }}>{t('server.filter.session')}</Button>}
      {isFiltered(filter) && <Button variant="subtle" color="gray" leftSection={<IconX size={15} />} onClick={onClear}>{t('server.filter.clear')}</Button>}
    </Group>
  )
}

/** A chooser in a row of filters says in itself what it is for. */
const nameOf = (label: string) => ({ 'aria-label': label, placeholder: label, clearable: true, w: 146, comboboxProps: { width: 340, position: 'bottom-start' as const } })
