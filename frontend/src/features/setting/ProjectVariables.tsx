import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { useFields } from '@/api/useFields'
import { type FragmentType, graphql, unmask } from '@/gql'
import { Form } from '@/ui/Form'
import { PairsInput } from '@/ui/PairsInput'
import { pairsOf, valuesOf } from '@/ui/pairs'
import { Panel } from '@/ui/Panel'
import { UpdateProject } from './update'

export const ProjectVariablesFragment = graphql(/* GraphQL */ `
  fragment ProjectVariables on Project {
    id
    variables
    secretVariableNames
  }
`)

/** Values that every template of the project gets. */
export function ProjectVariables({ project: masked, disabled }: { project: FragmentType<typeof ProjectVariablesFragment>; disabled: boolean }) {
  const { t } = useTranslation()
  const project = unmask(ProjectVariablesFragment, masked)
  const { values, errors, set, clearErrors, onFieldError } = useFields({ variables: pairsOf(project.variables) })
  const [update, busy] = useAction(UpdateProject, { onFieldError, success: t('setting.savedVariables') })

  async function submit() {
    clearErrors()
    await update({ input: { id: project.id, variables: valuesOf(values.variables) } })
  }

  return (
    <Panel title={t('setting.variables')}>
      <Form onSubmit={submit} action={t('setting.saveVariables')} busy={busy} disabled={disabled}>
        <PairsInput label={t('setting.variablesLabel')} description={t('setting.variablesHelp')} pairs={values.variables} onChange={(variables) => { set({ variables }) }} error={errors.variables} add={t('setting.addVariable')} disabled={disabled} />
      </Form>
    </Panel>
  )
}
