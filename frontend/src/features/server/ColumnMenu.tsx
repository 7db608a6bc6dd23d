import { Button, Menu } from '@mantine/core'
import { IconColumns3 } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { type ColumnName, COLUMNS } from './columns'

/** Which columns the table shows. */
export function ColumnMenu({ columns, onColumns }: { columns: readonly ColumnName[]; onColumns: (columns: ColumnName[]) => void }) {
  const { t } = useTranslation()
  return (
    <Menu closeOnItemClick={false} position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconColumns3 size={16} />}>{t('server.columns')}</Button>
      </Menu.Target>
      <Menu.Dropdown mah={420} style={{ overflowY: 'auto' }}>
        {COLUMNS.map((name) => {
          const shown = columns.includes(name)
          return (
            <Menu.CheckboxItem key={name} checked={shown} onChange={() => { onColumns(COLUMNS.filter((one) => (one === name ? !shown : columns.includes(one)))) }}>
              {t(`server.column.${name}`)}
            </Menu.CheckboxItem>
          )
        })}
      </Menu.Dropdown>
    </Menu>
  )
}
