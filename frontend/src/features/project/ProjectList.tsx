import { Group, SimpleGrid, Text } from '@mantine/core'
import { IconArchive } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import { useText } from '@/ui/format'
import { PageLink } from '@/ui/Page'
import { Status } from '@/ui/Status'
import { Tile } from '@/ui/Tile'
import { Acronym } from './Acronym'

export const ProjectListItem = graphql(/* GraphQL */ `
  fragment ProjectListItem on Project {
    id
    acronym
    name
    status
    description {
      en
      fr
    }
    resources(first: 1) {
      totalCount
    }
  }
`)

export function ProjectList({ projects }: { projects: readonly ({ id: string } & FragmentType<typeof ProjectListItem>)[] }) {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="sm" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
      {projects.map((project) => (
        <li key={project.id}>
          <ProjectTile project={project} />
        </li>
      ))}
    </SimpleGrid>
  )
}

function ProjectTile({ project: masked }: { project: FragmentType<typeof ProjectListItem> }) {
  const { t } = useTranslation()
  const text = useText()
  const project = unmask(ProjectListItem, masked)
  return (
    <Tile>
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <Acronym value={project.acronym} />
        <div style={{ minWidth: 0, flex: 1 }}>
          <PageLink to="/projects/$acronym" params={{ acronym: project.acronym }} data-tile-link>
            {project.name}
          </PageLink>
          <Text size="sm" c="dimmed" lineClamp={2}>{text(project.description)}</Text>
        </div>
      </Group>
      <Group justify="space-between" mt="auto" pt="sm">
        <Text size="xs" c="dimmed">{t('project.resourceCount', { count: project.resources.totalCount })}</Text>
        {project.status === 'ARCHIVED' && <Status tone="neutral" icon={IconArchive} label={t('project.status.ARCHIVED')} size="sm" />}
      </Group>
    </Tile>
  )
}
