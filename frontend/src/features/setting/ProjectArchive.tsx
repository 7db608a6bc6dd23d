import { Button, Group, Text } from '@mantine/core'
import { IconArchive, IconArchiveOff } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { graphql } from '@/gql'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { Panel } from '@/ui/Panel'

const ArchiveProject = graphql(/* GraphQL */ `
  mutation ArchiveProject($input: ArchiveProjectInput!) {
    archiveProject(input: $input) {
      project {
        id
        status
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

const UnarchiveProject = graphql(/* GraphQL */ `
  mutation UnarchiveProject($input: ArchiveProjectInput!) {
    unarchiveProject(input: $input) {
      project {
        id
        status
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

interface ProjectArchiveProps {
  projectId: string
  acronym: string
  archived: boolean
}

export function ProjectArchive({ projectId, acronym, archived }: ProjectArchiveProps) {
  const { t } = useTranslation()
  const [asking, setAsking] = useState(false)
  const [archive, archiving] = useAction(ArchiveProject, { success: t('setting.archive.done') })
  const [unarchive, unarchiving] = useAction(UnarchiveProject, { success: t('setting.archive.undone') })

  async function confirm() {
    if (await archive({ input: { id: projectId } })) setAsking(false)
  }

  return (
    <Panel title={t(archived ? 'setting.archive.archived' : 'setting.archive.title')}>
      <Group justify="space-between" align="center" gap="md">
        <Text size="sm" c="dimmed" flex="1 1 18rem">{t(archived ? 'setting.archive.undoHelp' : 'setting.archive.help')}</Text>
        {archived ? (
          <Button variant="default" leftSection={<IconArchiveOff size={16} />} loading={unarchiving} onClick={() => void unarchive({ input: { id: projectId } })}>{t('setting.archive.undo')}</Button>
        ) : (
          <Button variant="default" leftSection={<IconArchive size={16} />} onClick={() => { setAsking(true) }}>{t('setting.archive.action')}</Button>
        )}
      </Group>
      <ConfirmDialog opened={asking} onClose={() => { setAsking(false) }} title={t('setting.archive.title')} action={t('setting.archive.action')} word={acronym} danger busy={archiving} onConfirm={() => void confirm()}>
        {t('setting.archive.help')}
      </ConfirmDialog>
    </Panel>
  )
}
