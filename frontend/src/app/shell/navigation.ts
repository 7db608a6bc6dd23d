import { type Icon, IconBooks, IconBuildingWarehouse, IconFileImport, IconFolders, IconHandGrab, IconHeartbeat, IconHistory, IconHome, IconLayoutGrid, IconNetwork, IconPlayerPlay, IconPlug, IconServer, IconServer2, IconShieldLock, IconShoppingCart, IconSnowflake, IconUsers } from '@tabler/icons-react'
import type { LinkProps } from '@tanstack/react-router'
import type { ParseKeys } from 'i18next'

export interface Place {
  to: NonNullable<LinkProps['to']>
  label: ParseKeys
  icon: Icon
  /** Needed to see it; nothing for everybody. */
  permission?: string
  /** Second key after "g". */
  key?: string
}

export interface Section {
  title?: ParseKeys
  places: Place[]
}

/** What the navigation and the command palette offer. A new page is added here. */
export const SECTIONS: Section[] = [
  {
    places: [
      { to: '/', label: 'shell.nav.home', icon: IconHome, key: 'h' },
      { to: '/projects', label: 'shell.nav.projects', icon: IconFolders, key: 'p' },
      { to: '/catalog', label: 'shell.nav.catalog', icon: IconLayoutGrid, key: 'c' },
      { to: '/runs', label: 'shell.nav.runs', icon: IconPlayerPlay, key: 'r' },
    ],
  },
  {
    title: 'shell.nav.inventory',
    places: [
      { to: '/servers', label: 'shell.nav.servers', icon: IconServer, key: 's' },
      { to: '/health', label: 'shell.nav.health', icon: IconHeartbeat, key: 'e' },
      { to: '/claims', label: 'shell.nav.claims', icon: IconHandGrab },
      { to: '/networks', label: 'shell.nav.networks', icon: IconNetwork, key: 'n' },
      { to: '/imports', label: 'shell.nav.imports', icon: IconFileImport, permission: 'inventory.read', key: 'i' },
      { to: '/orders', label: 'shell.nav.orders', icon: IconShoppingCart, key: 'o' },
      { to: '/providers', label: 'shell.nav.providers', icon: IconBuildingWarehouse },
      { to: '/tools', label: 'shell.nav.tools', icon: IconPlug, key: 't' },
    ],
  },
  {
    title: 'shell.nav.platform',
    places: [
      { to: '/libraries', label: 'shell.nav.libraries', icon: IconBooks, key: 'l' },
      { to: '/admin/freezes', label: 'shell.nav.freezes', icon: IconSnowflake, key: 'f' },
      { to: '/audit', label: 'shell.nav.audit', icon: IconHistory, key: 'a' },
    ],
  },
  {
    title: 'shell.nav.administration',
    places: [
      { to: '/admin/people', label: 'shell.nav.people', icon: IconUsers, permission: 'user.manage' },
      { to: '/admin/roles', label: 'shell.nav.roles', icon: IconShieldLock, permission: 'role.manage' },
      { to: '/admin/workers', label: 'shell.nav.workers', icon: IconServer2, permission: 'worker.manage', key: 'w' },
    ],
  },
]

/** The sections with what somebody may see of them. */
export function visibleSections(permissions: readonly string[]): Section[] {
  return SECTIONS.map((section) => ({
    ...section,
    places: section.places.filter((place) => !place.permission || permissions.includes(place.permission)),
  })).filter((section) => section.places.length > 0)
}
