import { IconSend } from '@tabler/icons-react'
import { createFileRoute, Outlet } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { Answer } from '@/api/Answer'
import { NotFound } from '@/app/NotFound'
import { ProjectHeading, ProjectNotice } from '@/features/project/ProjectHead'
import { graphql } from '@/gql'
import { LinkButton } from '@/ui/LinkButton'
import { useText } from '@/ui/format'
import { LinkTabs } from '@/ui/LinkTabs'
import { Page, PageLink } from '@/ui/Page'

const ProjectFrameQuery = graphql(/* GraphQL */ `
  query ProjectFrame($acronym: String!) {
    projectByAcronym(acronym: $acronym) {
      id
      name
      status
      viewerPermissions
      description {
        en
        fr
      }
      ...ProjectHead
    }
  }
`)

/** What all of a project's tabs share; each tab is a route of its own below this one. */
export const Route = createFileRoute('/_app/projects/$acronym')({ component: ProjectFrame })

function ProjectFrame() {
  const { t } = useTranslation()
  const text = useText()
  const { acronym } = Route.useParams()
  const [result, retry] = useQuery({ query: ProjectFrameQuery, variables: { acronym } })
  const params = { acronym }
  return (
    <Answer result={result} retry={retry}>
      {({ projectByAcronym: project }) => {
        if (!project) return <NotFound />
        const may = (permission: string) => project.viewerPermissions.includes(permission)
        const mayRequest = project.status === 'ACTIVE' && may('resource.request')
        return (
          <Page
            title={project.name}
            heading={<ProjectHeading project={project} />}
            lead={text(project.description)}
            trail={[<PageLink key="projects" to="/projects">{t('project.list.title')}</PageLink>]}
            actions={mayRequest && <LinkButton to="/catalog" search={{ project: acronym }} leftSection={<IconSend size={16} />}>{t('project.request')}</LinkButton>}
            bar={
              <LinkTabs
                label={t('project.tabs')}
                tabs={[
                  { label: t('project.tab.resources'), link: { to: '/projects/$acronym', params } },
                  { label: t('project.tab.runs'), link: { to: '/projects/$acronym/runs', params } },
                  { label: t('project.tab.servers'), link: { to: '/projects/$acronym/servers', params } },
                  { label: t('project.tab.claims'), link: { to: '/projects/$acronym/claims', params } },
                  ...(may('member.read') ? [{ label: t('project.tab.members'), link: { to: '/projects/$acronym/members', params } as const }] : []),
                  ...(may('state.read') ? [{ label: t('project.tab.state'), link: { to: '/projects/$acronym/state', params } as const }] : []),
                  ...(may('project.update') || may('project.archive') ? [{ label: t('project.tab.settings'), link: { to: '/projects/$acronym/settings', params } as const }] : []),
                ]}
              />
            }
          >
            <ProjectNotice project={project} />
            <Outlet />
          </Page>
        )
      }}
    </Answer>
  )
}
