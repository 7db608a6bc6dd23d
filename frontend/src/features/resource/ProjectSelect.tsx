import { Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'

interface Project {
  acronym: string
  name: string
}

interface ProjectSelectProps {
  id: string
  projects: readonly Project[]
  chosen: Project | undefined
  /** Not all projects are there: `onSearch` brings those that are typed. */
  more: boolean
  busy: boolean
  onSearch: (text: string) => void
  onChoose: (acronym: string | undefined) => void
  error: string | undefined
}

/** The project that a resource goes into. */
export function ProjectSelect({ id, projects, chosen, more, busy, onSearch, onChoose, error }: ProjectSelectProps) {
  const { t } = useTranslation()
  const options = chosen && !projects.some(({ acronym }) => acronym === chosen.acronym) ? [chosen, ...projects] : projects
  const data = options.map((one) => ({ value: one.acronym, label: `${one.name} (${one.acronym})` }))
  return (
    <Select
      id={id}
      label={t('resource.request.project')}
      description={more ? t('resource.request.projectMore') : undefined}
      withAsterisk
      searchable
      allowDeselect={false}
      data={data}
      value={chosen?.acronym ?? null}
      // The field tells the label of what was chosen as if it had been typed: that is no search.
      onSearchChange={(text) => { onSearch(data.some(({ label }) => label === text) ? '' : text.trim()) }}
      onChange={(value) => { onChoose(value ?? undefined) }}
      nothingFoundMessage={busy ? t('common.loading') : t('resource.request.projectNone')}
      error={error}
    />
  )
}
