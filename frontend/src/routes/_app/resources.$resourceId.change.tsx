import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { Answer } from '@/api/Answer'
import { NotFound } from '@/app/NotFound'
import { ChangeForm } from '@/features/resource/ChangeForm'
import { useFormChoices } from '@/features/resource/useFormChoices'
import { graphql } from '@/gql'
import { useVersion } from '@/ui/format'
import { Page, PageLink } from '@/ui/Page'

const ChangePageQuery = graphql(/* GraphQL */ `
  query ChangePage($id: ID!) {
    node(id: $id) {
      ... on Resource {
        id
        name
        project {
          id
          acronym
          name
        }
        upgrade {
          id
          version
          createdAt
        }
        ...ChangeFormResource
      }
    }
  }
`)

export const Route = createFileRoute('/_app/resources/$resourceId/change')({
  validateSearch: ({ upgrade }): { upgrade?: boolean } => ({ upgrade: upgrade === true ? true : undefined }),
  component: ChangePage,
})

function ChangePage() {
  const versionOf = useVersion()
  const { t } = useTranslation()
  const { resourceId } = Route.useParams()
  const { upgrade = false } = Route.useSearch()
  const navigate = Route.useNavigate()
  const [result, retry] = useQuery({ query: ChangePageQuery, variables: { id: resourceId } })
  const resource = result.data?.node?.__typename === 'Resource' ? result.data.node : undefined
  const choices = useFormChoices(resource?.project.acronym)
  const back = () => void navigate({ to: '/resources/$resourceId', params: { resourceId } })
  return (
    <Answer result={result} retry={retry}>
      {({ node }) => {
        if (node?.__typename !== 'Resource') return <NotFound />
        const { project, name } = node
        return (
          <Page
            width="narrow"
            title={upgrade && node.upgrade ? t('resource.upgrade.title', { name, version: versionOf(node.upgrade) }) : t('resource.change.title', { name })}
            lead={t('resource.change.lead')}
            trail={[
              <PageLink key="project" to="/projects/$acronym" params={{ acronym: project.acronym }}>{project.name}</PageLink>,
              <PageLink key="resource" to="/resources/$resourceId" params={{ resourceId }}>{name}</PageLink>,
            ]}
          >
            <ChangeForm resource={node} upgrade={upgrade} choices={choices} onCancel={back} onChanged={(runId) => { if (runId) void navigate({ to: '/runs/$runId', params: { runId } }); else back() }} />
          </Page>
        )
      }}
    </Answer>
  )
}
