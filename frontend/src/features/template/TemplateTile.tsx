import { Group, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import { useText, useVersion } from '@/ui/format'
import { PageLink } from '@/ui/Page'
import { Status } from '@/ui/Status'
import { Tile } from '@/ui/Tile'
import { TemplateIcon } from './TemplateIcon'

export const TemplateTileFragment = graphql(/* GraphQL */ `
  fragment TemplateTile on Template {
    id
    name
    version
    createdAt
    status
    icon
    title {
      en
      fr
    }
    description {
      en
      fr
    }
    library {
      id
      name
    }
  }
`)

/** A template as a card of the catalog. The project is kept on the way to the form. */
export function TemplateTile({ template: masked, project }: { template: FragmentType<typeof TemplateTileFragment>; project?: string }) {
  const { t } = useTranslation()
  const versionOf = useVersion()
  const text = useText()
  const template = unmask(TemplateTileFragment, masked)
  return (
    <Tile>
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <TemplateIcon name={template.icon} />
        <div style={{ minWidth: 0 }}>
          <PageLink to="/catalog/$templateId" params={{ templateId: template.id }} search={{ project }} data-tile-link>
            {text(template.title) || template.name}
          </PageLink>
          <Text size="sm" c="dimmed" lineClamp={3} mt={2}>{text(template.description)}</Text>
        </div>
      </Group>
      <Group justify="space-between" mt="auto" pt="sm">
        <Text size="xs" c="dimmed">{template.library.name} · <span title={template.version}>{versionOf(template)}</span></Text>
        {template.status === 'BROKEN' && <Status tone="danger" icon={IconAlertTriangle} label={t('template.status.BROKEN')} size="sm" />}
      </Group>
    </Tile>
  )
}
