import { Grid, Stack } from '@mantine/core'
import { createFileRoute } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { Answer } from '@/api/Answer'
import { NotFound } from '@/app/NotFound'
import { ProjectArchive } from '@/features/setting/ProjectArchive'
import { ProjectTexts } from '@/features/setting/ProjectTexts'
import { ProjectVariables } from '@/features/setting/ProjectVariables'
import { SecretVariables } from '@/features/setting/SecretVariables'
import { graphql } from '@/gql'

const ProjectSettingsQuery = graphql(/* GraphQL */ `
  query ProjectSettings($acronym: String!) {
    projectByAcronym(acronym: $acronym) {
      id
      acronym
      status
      viewerPermissions
      ...ProjectTexts
      ...ProjectVariables
    }
  }
`)

export const Route = createFileRoute('/_app/projects/$acronym/settings')({ component: ProjectSettings })

function ProjectSettings() {
  const { acronym } = Route.useParams()
  const [result, retry] = useQuery({ query: ProjectSettingsQuery, variables: { acronym } })
  return (
    <Answer result={result} retry={retry}>
      {({ projectByAcronym: project }) => {
        if (!project) return <NotFound />
        const disabled = project.status === 'ARCHIVED' || !project.viewerPermissions.includes('project.update')
        return (
          <Grid gap="md">
            <Grid.Col span={{ base: 12, md: 7 }}>
              <Stack gap="md">
                <ProjectTexts key={project.id} project={project} disabled={disabled} />
                {project.viewerPermissions.includes('project.archive') && <ProjectArchive projectId={project.id} acronym={project.acronym} archived={project.status === 'ARCHIVED'} />}
              </Stack>
            </Grid.Col>
            <Grid.Col span={{ base: 12, md: 5 }}>
              <Stack gap="md">
                <ProjectVariables key={project.id} project={project} disabled={disabled} />
                <SecretVariables project={project} disabled={disabled} />
              </Stack>
            </Grid.Col>
          </Grid>
        )
      }}
    </Answer>
  )
}
