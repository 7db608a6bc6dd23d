import { NumberInput, TagsInput, Textarea, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { useFields } from '@/api/useFields'
import { type FragmentType, graphql, unmask } from '@/gql'
import { Form } from '@/ui/Form'
import { PairsInput } from '@/ui/PairsInput'
import { pairsOf, valuesOf } from '@/ui/pairs'
import { Panel } from '@/ui/Panel'
import { UpdateProject } from './update'

export const ProjectTextsFragment = graphql(/* GraphQL */ `
  fragment ProjectTexts on Project {
    id
    name
    budget
    tags
    workerLabels
    description {
      en
      fr
    }
  }
`)

/** Names, texts, budget, tags and where its runs may go. */
export function ProjectTexts({ project: masked, disabled }: { project: FragmentType<typeof ProjectTextsFragment>; disabled: boolean }) {
  const { t } = useTranslation()
  const project = unmask(ProjectTextsFragment, masked)
  const { values, errors, set, clearErrors, onFieldError } = useFields({
    name: project.name,
    description: { en: project.description.en, fr: project.description.fr },
    budget: (project.budget ?? '') as number | string,
    tags: pairsOf(project.tags),
    workerLabels: project.workerLabels ?? [],
  })
  const [update, busy] = useAction(UpdateProject, { onFieldError, success: t('setting.saved') })

  async function submit() {
    clearErrors()
    const { name, description, budget, tags, workerLabels } = values
    await update({ input: { id: project.id, name: name.trim(), description, budget: budget === '' ? null : Number(budget), tags: valuesOf(tags), workerLabels } })
  }

  return (
    <Panel title={t('setting.general')}>
      <Form onSubmit={submit} action={t('setting.save')} busy={busy} disabled={disabled}>
        <TextInput label={t('setting.name')} value={values.name} onChange={({ currentTarget: { value } }) => { set({ name: value }) }} error={errors.name} disabled={disabled} required withAsterisk={false} />
        <Textarea label={t('setting.descriptionEn')} value={values.description.en} onChange={({ currentTarget: { value } }) => { set({ description: { ...values.description, en: value } }) }} error={errors.description} disabled={disabled} autosize minRows={2} lang="en" />
        <Textarea label={t('setting.descriptionFr')} value={values.description.fr} onChange={({ currentTarget: { value } }) => { set({ description: { ...values.description, fr: value } }) }} disabled={disabled} autosize minRows={2} lang="fr" />
        <NumberInput label={t('setting.budget')} description={t('setting.budgetHelp')} value={values.budget} onChange={(budget) => { set({ budget }) }} error={errors.budget} disabled={disabled} min={0} maw={240} />
        <PairsInput label={t('setting.tags')} description={t('setting.tagsHelp')} pairs={values.tags} onChange={(tags) => { set({ tags }) }} error={errors.tags} add={t('setting.addTag')} disabled={disabled} />
        <TagsInput label={t('setting.workerLabels')} description={t('setting.workerLabelsHelp')} value={values.workerLabels} onChange={(workerLabels) => { set({ workerLabels }) }} error={errors.workerLabels} disabled={disabled} clearable />
      </Form>
    </Panel>
  )
}
