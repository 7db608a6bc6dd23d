import { ThemeIcon } from '@mantine/core'
import {
  type Icon, IconBell, IconBox, IconBrandDocker, IconBrandGit, IconBucket, IconCertificate, IconChartBar, IconCloud, IconCpu, IconDatabase, IconFileText, IconFingerprint, IconFolder, IconGitBranch,
  IconKey, IconLock, IconMail, IconMessage, IconNetwork, IconRocket, IconRoute, IconServer, IconServer2, IconShield, IconStack2, IconTerminal2, IconTopologyStar3, IconUsers, IconWorld, IconWorldWww,
} from '@tabler/icons-react'

/** The icons a template may name. Five thousand would not fit; an unknown one becomes a box. */
const ICONS: Record<string, Icon> = {
  bell: IconBell, box: IconBox, 'brand-docker': IconBrandDocker, 'brand-git': IconBrandGit, bucket: IconBucket, certificate: IconCertificate, 'chart-bar': IconChartBar, cloud: IconCloud, cpu: IconCpu,
  database: IconDatabase, 'file-text': IconFileText, fingerprint: IconFingerprint, folder: IconFolder, 'git-branch': IconGitBranch, key: IconKey, lock: IconLock, mail: IconMail, message: IconMessage,
  network: IconNetwork, rocket: IconRocket, route: IconRoute, server: IconServer, 'server-2': IconServer2, shield: IconShield, stack: IconStack2, 'stack-2': IconStack2, terminal: IconTerminal2,
  'terminal-2': IconTerminal2, topology: IconTopologyStar3, users: IconUsers, world: IconWorld, 'world-www': IconWorldWww,
}

export function TemplateIcon({ name, size = 36 }: { name: string; size?: number }) {
  const Chosen = ICONS[name] ?? IconBox
  return (
    <ThemeIcon variant="light" size={size} radius="md">
      <Chosen size={size * 0.55} stroke={1.6} aria-hidden />
    </ThemeIcon>
  )
}
