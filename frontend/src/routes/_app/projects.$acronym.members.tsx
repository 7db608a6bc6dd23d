import { Button, Grid, Group } from '@mantine/core'
import { IconUserPlus, IconUsers } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { nodesOf } from '@/api/nodes'
import { readPages, usePages } from '@/api/pages'
import { NotFound } from '@/app/NotFound'
import { AddMemberDialog } from '@/features/member/AddMemberDialog'
import { MemberList } from '@/features/member/MemberList'
import { RoleMeanings } from '@/features/member/RoleMeanings'
import { graphql } from '@/gql'
import { EmptyState } from '@/ui/EmptyState'
import { LoadMore } from '@/ui/LoadMore'
import { Panel } from '@/ui/Panel'

const ProjectMembersQuery = graphql(/* GraphQL */ `
  query ProjectMembers($acronym: String!, $after: Cursor) {
    projectByAcronym(acronym: $acronym) {
      id
      name
      viewerPermissions
      memberships(first: 50, after: $after, orderBy: { field: CREATED_AT, direction: ASC }) {
        pageInfo {
          hasNextPage
          endCursor
        }
        edges {
          node {
            id
            ...MemberListItem
          }
        }
      }
    }
    roles(first: 100, where: { scope: PROJECT }, orderBy: { field: RANK, direction: ASC }) {
      edges {
        node {
          id
          key
          permissions
          title {
            en
            fr
          }
        }
      }
    }
    installation {
      permissions {
        name
        title {
          en
          fr
        }
      }
    }
  }
`)

export const Route = createFileRoute('/_app/projects/$acronym/members')({
  validateSearch: ({ pages }): { pages?: number } => ({ pages: readPages(pages) }),
  component: ProjectMembers,
})

function ProjectMembers() {
  const { t } = useTranslation()
  const { acronym } = Route.useParams()
  const [adding, setAdding] = useState(false)
  const { pages = 1 } = Route.useSearch()
  const navigate = Route.useNavigate()
  const { result, retry: refresh, nodes: members, more, fetching } = usePages(ProjectMembersQuery, { acronym }, { pages, list: (data) => data.projectByAcronym?.memberships })
  return (
    <Answer result={result} retry={refresh}>
      {({ projectByAcronym: project, roles, installation }) => {
        if (!project) return <NotFound />
        const mayManage = project.viewerPermissions.includes('member.manage')
        const add = mayManage && <Button leftSection={<IconUserPlus size={16} />} onClick={() => { setAdding(true) }}>{t('member.add')}</Button>
        return (
          <Grid gap="md">
            <Grid.Col span={{ base: 12, md: 8 }}>
              {members.length === 0 ? (
                <EmptyState icon={IconUsers} title={t('member.empty')} help={t('member.emptyHelp')} action={add} />
              ) : (
                <>
                  <Group justify="flex-end" mb="sm">{add}</Group>
                  <MemberList members={members} roles={nodesOf(roles)} project={project.name} mayManage={mayManage} onChanged={refresh} />
                  <LoadMore more={more} busy={fetching} onMore={() => void navigate({ search: { pages: pages + 1 }, replace: true, resetScroll: false })} />
                </>
              )}
            </Grid.Col>
            <Grid.Col span={{ base: 12, md: 4 }}>
              <Panel title={t('member.meanings')}><RoleMeanings roles={nodesOf(roles)} permissions={installation.permissions} /></Panel>
            </Grid.Col>
            <AddMemberDialog opened={adding} onClose={() => { setAdding(false) }} projectId={project.id} roles={nodesOf(roles)} onAdded={refresh} />
          </Grid>
        )
      }}
    </Answer>
  )
}
