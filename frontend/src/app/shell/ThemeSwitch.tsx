import { type MantineColorScheme, SegmentedControl, useMantineColorScheme, VisuallyHidden } from '@mantine/core'
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'

export function ThemeSwitch() {
  const { t } = useTranslation()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const option = (value: MantineColorScheme, icon: React.ReactNode, label: string) => ({
    value,
    label: (
      <span title={label} style={{ display: 'grid', placeItems: 'center', minHeight: 18 }}>
        {icon}
        <VisuallyHidden>{label}</VisuallyHidden>
      </span>
    ),
  })
  return (
    <SegmentedControl
      size="xs"
      fullWidth
      aria-label={t('shell.theme.label')}
      value={colorScheme}
      onChange={(value) => { setColorScheme(value as MantineColorScheme) }}
      data={[
        option('auto', <IconDeviceDesktop size={15} />, t('shell.theme.auto')),
        option('light', <IconSun size={15} />, t('shell.theme.light')),
        option('dark', <IconMoon size={15} />, t('shell.theme.dark')),
      ]}
    />
  )
}
