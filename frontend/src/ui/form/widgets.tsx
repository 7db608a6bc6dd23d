import { Checkbox, ColorInput, Input, MultiSelect, NumberInput, PasswordInput, Radio, Select, type SelectProps, Slider, Stack, Switch, TagsInput, Textarea, TextInput } from '@mantine/core'
import type { RegistryWidgetsType, WidgetProps } from '@rjsf/utils'
import type { ComponentType } from 'react'
import { useTranslation } from 'react-i18next'
import type { Source } from './schema'

/** What chooses one of any number: the field's own looks and words, what is chosen, and whether that is an id or a name. */
export interface ChooserProps extends Omit<SelectProps, 'value' | 'onChange'> {
  by: 'id' | 'name'
  value: string | undefined
  onChange: (value: string | undefined) => void
}

/** What a form of ours hands to its widgets, by the name of the connection that choices come from: the nodes, or where there may be any number, what chooses one. */
export interface FormContext {
  choices: Record<string, readonly Record<string, unknown>[]>
  choosers: Record<string, ComponentType<ChooserProps>>
}

/** What all our inputs share: name, help, mistakes, and ids that lead from label to field. */
function shared({ id, label, hideLabel, schema, required, disabled, readonly, rawErrors, placeholder, options }: WidgetProps) {
  return {
    id,
    name: id,
    label: hideLabel ? undefined : label,
    'aria-label': hideLabel ? label : undefined,
    description: hideLabel ? undefined : (options.description ?? schema.description),
    withAsterisk: required,
    required: false,
    'aria-required': required,
    disabled: disabled ?? readonly,
    error: rawErrors && rawErrors.length > 0 ? rawErrors.join(' ') : undefined,
    placeholder: placeholder ?? (options.placeholder as string | undefined),
  }
}

/** An empty field is no value, or null where that was said. */
function emptied(props: WidgetProps, text: string): unknown {
  return text === '' ? props.options.emptyValue : text
}

function Text(props: WidgetProps) {
  return <TextInput {...shared(props)} value={asText(props.value)} onChange={(event) => { props.onChange(emptied(props, event.currentTarget.value)) }} />
}

function LongText(props: WidgetProps) {
  return <Textarea {...shared(props)} autosize minRows={3} maxRows={14} value={asText(props.value)} onChange={(event) => { props.onChange(emptied(props, event.currentTarget.value)) }} />
}

function Code(props: WidgetProps) {
  return <Textarea {...shared(props)} autosize minRows={5} maxRows={24} spellCheck={false} styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.8125rem' } }} value={asText(props.value)} onChange={(event) => { props.onChange(emptied(props, event.currentTarget.value)) }} />
}

function Secret(props: WidgetProps) {
  const { t } = useTranslation()
  const kept = props.options.kept === true
  const { placeholder, ...rest } = shared(props)
  return <PasswordInput {...rest} autoComplete="new-password" placeholder={kept ? t('form.secretKept') : placeholder} value={asText(props.value)} onChange={(event) => { props.onChange(emptied(props, event.currentTarget.value)) }} visibilityToggleButtonProps={{ 'aria-label': t('form.showSecret') }} />
}

function Color(props: WidgetProps) {
  const { t } = useTranslation()
  return <ColorInput {...shared(props)} format="hex" eyeDropperButtonProps={{ 'aria-label': t('form.eyeDropper') }} value={asText(props.value)} onChange={(value) => { props.onChange(emptied(props, value)) }} />
}

function DateText(props: WidgetProps) {
  return <TextInput {...shared(props)} type="date" value={asText(props.value)} onChange={(event) => { props.onChange(emptied(props, event.currentTarget.value)) }} />
}

function Numeric(props: WidgetProps) {
  const { schema } = props
  return <NumberInput {...shared(props)} min={schema.minimum} max={schema.maximum} clampBehavior="none" thousandSeparator={false} value={typeof props.value === 'number' ? props.value : ''} onChange={(value) => { props.onChange(value === '' ? props.options.emptyValue : Number(value)) }} />
}

function Range(props: WidgetProps) {
  const { label, description, error, withAsterisk } = shared(props)
  const { minimum = 0, maximum = 100 } = props.schema
  return (
    <Input.Wrapper label={label} description={description} error={error} withAsterisk={withAsterisk} labelElement="div">
      <Slider mt="xs" mb="md" min={minimum} max={maximum} step={props.schema.multipleOf ?? (Number.isInteger(minimum) && Number.isInteger(maximum) ? 1 : (maximum - minimum) / 100)} value={typeof props.value === 'number' ? props.value : minimum} onChange={props.onChange} marks={[minimum, maximum].map((value) => ({ value, label: String(value) }))} thumbLabel={props.label} labelAlwaysOn={false} disabled={props.disabled} />
    </Input.Wrapper>
  )
}

function Toggle(props: WidgetProps) {
  const { placeholder: _placeholder, withAsterisk: _asterisk, ...rest } = shared(props)
  return <Switch {...rest} checked={props.value === true} onChange={(event) => { props.onChange(event.currentTarget.checked) }} />
}

function Check(props: WidgetProps) {
  const { placeholder: _placeholder, withAsterisk: _asterisk, ...rest } = shared(props)
  return <Checkbox {...rest} checked={props.value === true} onChange={(event) => { props.onChange(event.currentTarget.checked) }} />
}

function Tags(props: WidgetProps) {
  const { t } = useTranslation()
  const { placeholder, ...rest } = shared(props)
  const value = Array.isArray(props.value) ? props.value.map(asText).filter((tag) => tag !== '') : [] // places that a form must have are there before their values
  return <TagsInput {...rest} value={value} placeholder={value.length === 0 ? (placeholder ?? t('form.tags')) : undefined} onChange={props.onChange} allowDuplicates={props.schema.uniqueItems !== true} acceptValueOnBlur splitChars={[',', ';', '\n']} clearable />
}

interface Choice {
  value: unknown
  label: string
}

function choicesOf({ options }: WidgetProps): Choice[] {
  return options.enumOptions?.map(({ value, label }) => ({ value: value as unknown, label })) ?? []
}

/** Values of any type in a list of texts: the text is the value's JSON, which is as unique as the value. */
function ChoiceList({ props, choices }: { props: WidgetProps; choices: Choice[] }) {
  const data = choices.map(({ value, label }) => ({ value: JSON.stringify(value), label }))
  const valueOf = (text: string) => choices.find(({ value }) => JSON.stringify(value) === text)?.value
  if (props.schema.type === 'array' || props.multiple) {
    const value = Array.isArray(props.value) ? props.value.map((item) => JSON.stringify(item)) : []
    return <MultiSelect {...shared(props)} data={data} value={value} onChange={(next) => { props.onChange(next.map(valueOf)) }} searchable={data.length > 8} clearable />
  }
  return <Select {...shared(props)} data={data} value={props.value === undefined || props.value === null ? null : JSON.stringify(props.value)} onChange={(next) => { props.onChange(next === null ? props.options.emptyValue : valueOf(next)) }} searchable={data.length > 8} clearable={!props.required} allowDeselect={false} />
}

function ChoiceWidget(props: WidgetProps) {
  return <ChoiceList props={props} choices={choicesOf(props)} />
}

function RadioChoice(props: WidgetProps) {
  const { placeholder: _placeholder, id, ...rest } = shared(props)
  const choices = choicesOf(props)
  if (props.multiple || props.schema.type === 'array') return <ChoiceList props={props} choices={choices} />
  return (
    <Radio.Group {...rest} id={id} value={props.value === undefined ? '' : JSON.stringify(props.value)} onChange={(next) => { props.onChange(choices.find(({ value }) => JSON.stringify(value) === next)?.value) }}>
      <Stack gap={6} mt={6}>
        {choices.map(({ value, label }) => <Radio key={JSON.stringify(value)} value={JSON.stringify(value)} label={label} />)}
      </Stack>
    </Radio.Group>
  )
}

/** Choices out of one of our connections; before they are there, and for a list of what may be of any number, a plain field. */
function SourceChoice(props: WidgetProps) {
  const source = props.options.source as Source
  const { choices, choosers } = props.registry.formContext as FormContext
  const Chooser = choosers[source.from]
  if (Chooser && props.schema.type !== 'array') {
    return <Chooser {...shared(props)} by={source.value === 'id' ? 'id' : 'name'} value={asText(props.value) || undefined} onChange={(next) => { props.onChange(emptied(props, next ?? '')) }} clearable={!props.required} />
  }
  const nodes = choices[source.from]
  if (!nodes) return props.schema.type === 'array' ? <Tags {...props} /> : <Text {...props} />
  return <ChoiceList props={props} choices={nodes.map((node) => ({ value: node[source.value], label: asText(node[source.label] ?? node[source.value]) }))} />
}

function asText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** By the names that `schema.ts` gives, and by the library's own for what it decides itself. */
export const widgets: RegistryWidgetsType = {
  text: Text, textarea: LongText, code: Code, password: Secret, color: Color, date: DateText, number: Numeric, slider: Range, switch: Toggle, checkbox: Check, tags: Tags, choice: ChoiceWidget, choices: RadioChoice, source: SourceChoice,
  TextWidget: Text, TextareaWidget: LongText, PasswordWidget: Secret, ColorWidget: Color, DateWidget: DateText, UpDownWidget: Numeric, RangeWidget: Range, CheckboxWidget: Check, SelectWidget: ChoiceWidget, RadioWidget: RadioChoice,
}
