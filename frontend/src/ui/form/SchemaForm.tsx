// Not from the package's index: that draws in a test helper and with it a validator that is not installed.
import Form, { type FormProps } from '@rjsf/core/lib/components/Form.js'
import { Box } from '@mantine/core'
import { type ReactNode, useEffect, useEffectEvent, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { textIn } from '../format'
import { fields } from './fields'
import { GivenFields } from './GivenFields'
import { type Mistake, mistakesIn } from './mistakes'
import { asked, type InputSchema, prepareForm } from './schema'
import { SectionsContext } from './sections'
import { templates } from './templates'
import { createValidator, type Failure, pathBelow, serverErrors } from './validator'
import { type FormContext, widgets } from './widgets'

export interface SchemaFormProps {
  /** Fields outside of the form belong to it by this id. */
  id: string
  schema: unknown
  values: Record<string, unknown>
  onChange: (values: Record<string, unknown>) => void
  onSubmit: (values: Record<string, unknown>) => void
  /** Called instead when something is wrong here already. */
  onRefused?: () => void
  /** Told what is wrong after each attempt, by the form itself or by the server, in the order of its fields. */
  onMistakes?: (mistakes: Mistake[]) => void
  /** What the server refused, each with the path of its input. */
  refusals: readonly { field: readonly string[]; message: string }[]
  /** Secret inputs that have a value already. */
  kept?: readonly string[]
  choices?: FormContext['choices']
  choosers?: FormContext['choosers']
  disabled?: boolean
  /** The buttons: there is nothing to send before the form is there. */
  children: ReactNode
}

const NONE = {}

/** A list of plain values is one field: it is empty until somebody writes into it. */
const isTags = (_validator: unknown, { items }: { items?: unknown }) => typeof items === 'object' && (items as { type?: string }).type !== 'object'

/** The form of a template, out of its JSON Schema. What the schema refuses never leaves the browser. */
export default function SchemaForm({ id, schema, values, onChange, onSubmit, onRefused, onMistakes, refusals, kept, choices = NONE, choosers = NONE, disabled, children }: SchemaFormProps) {
  const { t, i18n } = useTranslation()
  const describe = useDescribe()
  const [opened, setOpened] = useState(false)
  const prepared = useMemo(() => prepareForm(schema as InputSchema, i18n.language, kept), [schema, i18n.language, kept])
  const shown = useMemo(() => asked(schema as InputSchema, values), [schema, values])
  const validator = useMemo(() => createValidator(prepared.checked, describe), [prepared, describe])
  const extraErrors = useMemo(() => serverErrors(refusals), [refusals])
  const layout = useMemo(() => ({ sections: prepared.sections, advanced: prepared.advanced, opened, onOpen: setOpened }), [prepared, opened])
  const formContext = useMemo((): FormContext => ({ choices, choosers }), [choices, choosers])
  const name = (wrong: readonly { path: readonly (string | number)[]; message: string }[]) =>
    mistakesIn(schema as InputSchema, [...prepared.sections.flatMap((section) => section.fields), ...prepared.advanced], i18n.language, (at) => t('form.row', { at }), wrong)
  const told = useEffectEvent((refused: typeof refusals) => { onMistakes?.(name(refused.map(({ field, message }) => ({ path: pathBelow(field), message })))) })
  useEffect(() => {
    if (refusals.length > 0) told(refusals)
  }, [refusals])
  const settings: Partial<FormProps> = { noHtml5Validate: true, showErrorList: false, focusOnFirstError: !onMistakes, extraErrorsBlockSubmit: false, experimental_defaultFormStateBehavior: { arrayMinItems: { populate: 'requiredOnly', computeSkipPopulate: isTags }, emptyObjectFields: 'skipEmptyDefaults' } }
  return (
    <SectionsContext value={layout}>
      <Form
        {...settings}
        id={id}
        schema={prepared.schema}
        uiSchema={prepared.uiSchema}
        validator={validator}
        fields={fields}
        widgets={widgets}
        templates={templates}
        formContext={formContext}
        formData={shown}
        extraErrors={extraErrors}
        disabled={disabled}
        onChange={({ formData }) => { onChange((formData ?? {}) as Record<string, unknown>) }}
        onSubmit={({ formData }) => { onSubmit((formData ?? {}) as Record<string, unknown>) }}
        onError={(errors) => {
          onMistakes?.(name(errors.map(({ params, message = '' }) => ({ path: (params as { path: string[] }).path, message }))))
          onRefused?.()
        }}
      >
        <Box mt="xl"><GivenFields schema={schema as InputSchema} /></Box>
        {children}
      </Form>
    </SectionsContext>
  )
}

/** What is wrong with a value, in the reader's words; the template's own message where it has one for the field. */
function useDescribe() {
  const { t, i18n } = useTranslation()
  return useMemo(() => {
    return ({ keyword, limit, schema }: Failure): string => {
      const own = schema['x-arpent']?.validations ?? []
      const rule = own[0]
      if (own.length === 1 && rule?.text && !['required', 'type'].includes(keyword)) return textIn(i18n.language, rule.text)
      const key = `form.wrong.${keyword}`
      return i18n.exists(key) ? t(key as 'form.wrong.required', { limit: limit as number }) : t('form.wrong.other')
    }
  }, [t, i18n])
}
