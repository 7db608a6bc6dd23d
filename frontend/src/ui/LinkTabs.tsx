import { Link, type LinkProps } from '@tanstack/react-router'
import classes from './LinkTabs.module.css'

export interface LinkTab {
  label: string
  link: LinkProps
}

/** Tabs that are pages: each has its own address, so they are links. */
export function LinkTabs({ label, tabs }: { label: string; tabs: LinkTab[] }) {
  return (
    <nav aria-label={label} className={classes.tabs}>
      {tabs.map((tab) => (
        <Link key={tab.label} {...tab.link} activeOptions={{ exact: true, includeSearch: false }} className={classes.tab}>
          {tab.label}
        </Link>
      ))}
    </nav>
  )
}
