import { ActionIcon, Menu } from '@mantine/core'
import { IconAdjustments, IconDots, IconGitCompare, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useIdempotencyKey } from '@/api/idempotency'
import { useAction } from '@/api/useAction'
import { type FragmentType, graphql, unmask } from '@/gql'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { LinkButton } from '@/ui/LinkButton'

export const ResourceActionsFragment = graphql(/* GraphQL */ `
  fragment ResourceActions on Resource {
    id
    name
    status
    project {
      id
      status
      viewerPermissions
    }
  }
`)

const DeleteResource = graphql(/* GraphQL */ `
  mutation DeleteResource($input: DeleteResourceInput!) {
    deleteResource(input: $input) {
      resource {
        id
        status
      }
      run {
        id
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

const DetectDrift = graphql(/* GraphQL */ `
  mutation DetectDrift($input: DetectDriftInput!) {
    detectDrift(input: $input) {
      run {
        id
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

interface ResourceActionsProps {
  resource: FragmentType<typeof ResourceActionsFragment>
  /** Something was started; follow it. */
  onRun: (runId: string) => void
}

/** What can be done with a resource: change its inputs, look for drift, have it destroyed. */
export function ResourceActions({ resource: masked, onRun }: ResourceActionsProps) {
  const { t } = useTranslation()
  const { id, name, status, project } = unmask(ResourceActionsFragment, masked)
  const keyFor = useIdempotencyKey()
  const [asking, setAsking] = useState(false)
  const [destroy, destroying] = useAction(DeleteResource, { success: t('resource.delete.done', { name }) })
  const [detect] = useAction(DetectDrift)
  const alive = project.status === 'ACTIVE' && status !== 'DELETED' && status !== 'DELETING'
  const mayChange = alive && project.viewerPermissions.includes('resource.request')
  const mayDelete = alive && project.viewerPermissions.includes('resource.delete')

  async function confirmed() {
    const data = await destroy({ input: { id, idempotencyKey: keyFor(id) } })
    setAsking(false)
    if (data?.deleteResource.run) onRun(data.deleteResource.run.id)
  }

  async function lookForDrift() {
    const data = await detect({ input: { projectId: project.id } })
    if (data?.detectDrift.run) onRun(data.detectDrift.run.id)
  }

  if (!mayChange && !mayDelete) return null
  return (
    <>
      {mayChange && <LinkButton to="/resources/$resourceId/change" params={{ resourceId: id }} leftSection={<IconAdjustments size={16} />}>{t('resource.action.change')}</LinkButton>}
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={t('resource.action.more')}><IconDots size={17} /></ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {mayChange && <Menu.Item leftSection={<IconGitCompare size={16} />} onClick={() => void lookForDrift()}>{t('resource.action.drift')}</Menu.Item>}
          {mayDelete && <Menu.Item c="var(--arpent-destroy)" leftSection={<IconTrash size={16} />} onClick={() => { setAsking(true) }}>{t('resource.action.delete')}</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog opened={asking} onClose={() => { setAsking(false) }} title={t('resource.delete.title', { name })} action={t('resource.delete.action')} word={name} danger busy={destroying} onConfirm={() => void confirmed()}>
        {t('resource.delete.help')}
      </ConfirmDialog>
    </>
  )
}
