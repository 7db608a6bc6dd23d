import { Group, Text } from '@mantine/core'
import { IconArrowUpCircle, IconGitCompare } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import { shortVersion, useText, useVersion } from '@/ui/format'
import { PageLink } from '@/ui/Page'
import { Row, Rows, StatusCell } from '@/ui/Rows'
import { Status } from '@/ui/Status'
import { TimeAgo } from '@/ui/Time'
import { ResourceStatus } from './ResourceStatus'

export const ResourceListItem = graphql(/* GraphQL */ `
  fragment ResourceListItem on Resource {
    id
    name
    status
    updatedAt
    drifted
    error {
      en
      fr
    }
    upgrade {
      id
      version
      createdAt
    }
    project {
      id
      acronym
      name
    }
    template {
      id
      name
      version
      createdAt
      title {
        en
        fr
      }
    }
  }
`)

interface ResourceListProps {
  resources: readonly ({ id: string } & FragmentType<typeof ResourceListItem>)[]
  label: string
  withProject?: boolean
}

export function ResourceList({ resources, label, withProject = false }: ResourceListProps) {
  return (
    <Rows label={label}>
      {resources.map((resource) => (
        <ResourceRow key={resource.id} resource={resource} withProject={withProject} />
      ))}
    </Rows>
  )
}

function ResourceRow({ resource: masked, withProject }: { resource: FragmentType<typeof ResourceListItem>; withProject: boolean }) {
  const { t } = useTranslation()
  const versionOf = useVersion()
  const text = useText()
  const resource = unmask(ResourceListItem, masked)
  return (
    <Row
      main={
        <>
          <PageLink to="/resources/$resourceId" params={{ resourceId: resource.id }} data-row-link>{resource.name}</PageLink>
          <Group gap={6} c="dimmed" fz="sm">
            {withProject && <span>{resource.project.name} ·</span>}
            <span>{text(resource.template.title) || resource.template.name}</span>
            <span title={resource.template.version}>· {versionOf(resource.template)}</span>
          </Group>
          {resource.status === 'ERROR' && resource.error && <Text size="sm" c="var(--arpent-destroy)" lineClamp={2}>{text(resource.error)}</Text>}
        </>
      }
      aside={
        <>
          {resource.drifted && <Status tone="warning" icon={IconGitCompare} label={t('resource.drifted')} />}
          {resource.upgrade && <Status tone="info" icon={IconArrowUpCircle} label={shortVersion(resource.upgrade.version)} />}
          <Text size="sm" c="dimmed" ta="right" miw={90} visibleFrom="md"><TimeAgo value={resource.updatedAt} brief /></Text>
          <StatusCell><ResourceStatus status={resource.status} /></StatusCell>
        </>
      }
    />
  )
}
