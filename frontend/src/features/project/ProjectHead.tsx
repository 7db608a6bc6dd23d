import { Alert, Group } from '@mantine/core'
import { IconArchive, IconClock } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import { Acronym } from './Acronym'

export const ProjectHeadFragment = graphql(/* GraphQL */ `
  fragment ProjectHead on Project {
    id
    acronym
    name
    status
    baseStatus
  }
`)

type Masked = FragmentType<typeof ProjectHeadFragment>

export function ProjectHeading({ project: masked }: { project: Masked }) {
  const project = unmask(ProjectHeadFragment, masked)
  return (
    <Group gap="sm" component="span" wrap="nowrap">
      <Acronym value={project.acronym} />
      {project.name}
    </Group>
  )
}

/** What keeps anything from being requested here, if something does. */
export function ProjectNotice({ project: masked }: { project: Masked }) {
  const { t } = useTranslation()
  const { status, baseStatus } = unmask(ProjectHeadFragment, masked)
  if (status === 'ARCHIVED') return <Alert color="gray" icon={<IconArchive />} mb="md">{t('project.notice.archived')}</Alert>
  if (baseStatus === 'PENDING') return <Alert color="yellow" icon={<IconClock />} mb="md">{t('project.notice.base')}</Alert>
  return null
}
