import { ScrollArea, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useViewer } from '@/api/viewer'
import { visibleSections } from './navigation'
import classes from './Navigation.module.css'

export function Navigation() {
  const { t } = useTranslation()
  const { permissions } = useViewer()
  return (
    <ScrollArea className={classes.scroll} type="hover" scrollbarSize={8}>
      {visibleSections(permissions).map((section, index) => (
        <div key={index} className={classes.section}>
          {section.title && (
            <Text size="xs" fw={550} c="dimmed" className={classes.title} id={`nav-${String(index)}`}>
              {t(section.title)}
            </Text>
          )}
          <ul className={classes.list} aria-labelledby={section.title && `nav-${String(index)}`}>
            {section.places.map(({ to, label, icon: Icon }) => (
              <li key={to}>
                <Link to={to} className={classes.link} activeOptions={{ exact: to === '/' }}>
                  <Icon size={17} stroke={1.7} aria-hidden />
                  {t(label)}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </ScrollArea>
  )
}
