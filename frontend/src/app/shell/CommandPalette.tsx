import { createSpotlight, Spotlight, useSpotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight'
import { useDebouncedValue } from '@mantine/hooks'
import { IconFolder, IconSearch, IconTemplate } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { nodesOf } from '@/api/nodes'
import { useViewer } from '@/api/viewer'
import { graphql } from '@/gql'
import { useText } from '@/ui/format'
import { visibleSections } from './navigation'
import classes from './CommandPalette.module.css'

const [palette, actions] = createSpotlight()
export const openPalette = () => { actions.open() }

const PaletteQuery = graphql(/* GraphQL */ `
  query Palette($text: String!) {
    projects(first: 6, where: { or: [{ nameContainsFold: $text }, { acronymContainsFold: $text }] }) {
      edges {
        node {
          id
          acronym
          name
        }
      }
    }
    templates(first: 6, where: { nameContainsFold: $text, latest: true, isBase: false }) {
      edges {
        node {
          id
          name
          title {
            en
            fr
          }
        }
      }
    }
  }
`)

/** Ctrl-K: every page, project and template, a few keys away. */
export function CommandPalette() {
  const { t } = useTranslation()
  const [query, setQuery] = useState('')
  return (
    <Spotlight
      store={palette}
      actions={useChoices(query)}
      query={query}
      onQueryChange={setQuery}
      shortcut="mod + K"
      classNames={{ action: classes.action }}
      attributes={{ content: { 'aria-label': t('shell.palette.placeholder') } }}
      highlightQuery
      scrollable
      limit={16}
      nothingFound={t('shell.palette.empty')}
      searchProps={{ leftSection: <IconSearch size={17} />, placeholder: t('shell.palette.placeholder'), 'aria-label': t('shell.palette.placeholder') }}
    />
  )
}

function useChoices(query: string): SpotlightActionGroupData[] {
  const { t } = useTranslation()
  const text = useText()
  const navigate = useNavigate()
  const { permissions } = useViewer()
  const [wanted] = useDebouncedValue(query.trim(), 150)
  const { opened } = useSpotlight(palette)
  const [{ data }] = useQuery({ query: PaletteQuery, variables: { text: wanted }, pause: !opened })
  const pages = visibleSections(permissions).flatMap((section) => section.places)
  return [
    {
      group: t('shell.palette.pages'),
      actions: pages.map(({ to, label, icon: Icon }): SpotlightActionData => ({
        id: to,
        label: t(label),
        leftSection: <Icon size={18} stroke={1.6} />,
        onClick: () => void navigate({ to }),
      })),
    },
    {
      group: t('shell.palette.projects'),
      actions: nodesOf(data?.projects).map((project): SpotlightActionData => ({
        id: project.id,
        label: project.name,
        description: project.acronym,
        leftSection: <IconFolder size={18} stroke={1.6} />,
        onClick: () => void navigate({ to: '/projects/$acronym', params: { acronym: project.acronym } }),
      })),
    },
    {
      group: t('shell.palette.templates'),
      actions: nodesOf(data?.templates).map((template): SpotlightActionData => ({
        id: template.id,
        label: text(template.title) || template.name,
        description: template.name,
        leftSection: <IconTemplate size={18} stroke={1.6} />,
        onClick: () => void navigate({ to: '/catalog/$templateId', params: { templateId: template.id } }),
      })),
    },
  ]
}
