import { Button, Menu } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'

interface ExportMenuProps {
  /** The list, as its address names it. */
  list: 'servers' | 'providers' | 'networks' | 'addresses' | 'orders' | 'sessions' | 'claims' | 'checks' | 'reports'
  /** What narrows it, as on the screen. */
  where?: object
  /** Its order, as on the screen. */
  orderBy?: { field: string; direction: 'ASC' | 'DESC' }
  /** As small as the other buttons of a panel's head. */
  compact?: boolean
}

const FORMS = [
  ['csv', {}],
  ['excel', { for: 'excel' }],
  ['json', {}],
] as const

/** Links to the whole list as it stands, as files. */
export function ExportMenu({ list, where = {}, orderBy, compact }: ExportMenuProps) {
  const { t } = useTranslation()
  const shown: Record<string, string> = {
    ...(Object.keys(where).length > 0 && { where: JSON.stringify(where) }),
    ...(orderBy && { orderBy: JSON.stringify(orderBy) }),
  }
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" size={compact ? 'compact-sm' : undefined} leftSection={<IconDownload size={compact ? 14 : 16} />}>{t('common.export.open')}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMS.map(([form, more]) => (
          <Menu.Item key={form} component="a" href={addressOf(list, form, { ...shown, ...more })} download>{t(`common.export.${form}`)}</Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function addressOf(list: string, form: (typeof FORMS)[number][0], parts: Record<string, string>): string {
  const query = new URLSearchParams(parts).toString()
  return `/exports/${list}.${form === 'json' ? 'json' : 'csv'}${query && `?${query}`}`
}
