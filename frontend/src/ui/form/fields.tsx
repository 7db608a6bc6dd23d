import { ActionIcon, Button, Group, Stack, Switch, Text, Textarea, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import type { Field, FieldPathId, FieldProps, RegistryFieldsType, RJSFSchema, UiSchema } from '@rjsf/utils'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Compound } from './templates'

/** Any JSON value, written as JSON. What is no JSON stays on the screen and says so; it is not sent. */
function JsonField({ formData, onChange, schema, required, fieldPathId, disabled, rawErrors, name }: FieldProps<unknown>) {
  const { t } = useTranslation()
  const [text, setText] = useState(() => (formData === undefined ? '' : JSON.stringify(formData, null, 2)))
  const wrong = text.trim() !== '' && !isJSON(text)
  return (
    <Textarea
      id={fieldPathId.$id}
      label={schema.title ?? name}
      description={schema.description}
      withAsterisk={required}
      disabled={disabled}
      error={wrong ? t('form.notJSON') : rawErrors?.join(' ')}
      placeholder="{ }"
      autosize
      minRows={3}
      maxRows={20}
      spellCheck={false}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.8125rem' } }}
      value={text}
      onChange={({ currentTarget: { value } }) => {
        setText(value)
        if (value.trim() === '') onChange(undefined, fieldPathId.path)
        else if (isJSON(value)) onChange(JSON.parse(value), fieldPathId.path)
      }}
    />
  )
}

function isJSON(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

type Entry = { key: string; value: unknown; row: number }

/** Names and values, as many as there are. A name that is there twice is said, the last one counts. */
function MapField({ formData, onChange, schema, uiSchema, required, fieldPathId, registry, errorSchema, disabled, name, onBlur, onFocus }: FieldProps<Record<string, unknown>>) {
  const { t } = useTranslation()
  const SchemaField = registry.fields.SchemaField as Field
  const inner = uiSchema?.mapValue as { schema: RJSFSchema; uiSchema: UiSchema }
  const [entries, setEntries] = useState<Entry[]>(() => Object.entries(formData ?? {}).map(([key, value], row) => ({ key, value, row })))
  const change = (next: Entry[]) => {
    setEntries(next)
    onChange(Object.fromEntries(next.filter(({ key }) => key !== '').map(({ key, value }) => [key, value])), fieldPathId.path)
  }
  const replace = (row: number, part: Partial<Entry>) => { change(entries.map((entry) => (entry.row === row ? { ...entry, ...part } : entry))) }
  const twice = entries.find(({ key, row }) => key !== '' && entries.some((other) => other.row > row && other.key === key))
  return (
    <Compound id={fieldPathId.$id} title={schema.title ?? name} description={schema.description} required={required} errors={twice ? [t('form.keyTwice', { key: twice.key })] : errorSchema?.__errors}>
      <Stack gap="xs">
        {entries.length === 0 && <Text size="sm" c="dimmed">{t('form.emptyList')}</Text>}
        {entries.map(({ key, value, row }) => (
          <Group key={row} wrap="nowrap" align="flex-start" gap="xs">
            <TextInput aria-label={t('form.key')} placeholder={t('form.key')} value={key} onChange={(event) => { replace(row, { key: event.currentTarget.value }) }} disabled={disabled} w="40%" styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }} />
            <div style={{ flex: 1, minWidth: 0 }}>
              <SchemaField
                name={key}
                schema={{ ...inner.schema, title: inner.schema.title ?? t('form.valueOf', { key }), description: undefined }}
                uiSchema={{ ...inner.uiSchema, 'ui:options': { ...(inner.uiSchema['ui:options'] as object), label: false } }}
                formData={value}
                errorSchema={errorSchema?.[key] as never}
                fieldPathId={childPath(fieldPathId, key || `#${String(row)}`)}
                registry={registry}
                onChange={(next: unknown) => { replace(row, { value: next }) }}
                onBlur={onBlur}
                onFocus={onFocus}
                disabled={disabled}
              />
            </div>
            <ActionIcon variant="subtle" color="gray" mt={4} aria-label={t('form.removeKey', { key })} onClick={() => { change(entries.filter((entry) => entry.row !== row)) }}><IconTrash size={15} /></ActionIcon>
          </Group>
        ))}
        <Button variant="default" size="xs" leftSection={<IconPlus size={14} />} disabled={disabled} style={{ alignSelf: 'flex-start' }} onClick={() => { setEntries([...entries, { key: '', value: undefined, row: Math.max(-1, ...entries.map((entry) => entry.row)) + 1 }]) }}>{t('form.add')}</Button>
      </Stack>
    </Compound>
  )
}

function childPath({ $id, path }: FieldPathId, key: string): FieldPathId {
  return { $id: `${$id}_${key}`, path: [...path, key] }
}

/** An object or a list that may be absent: a switch, and the value while it is on. */
function AbsentField(props: FieldProps<unknown>) {
  const { t } = useTranslation()
  const { formData, onChange, schema, uiSchema, fieldPathId, registry, name } = props
  const SchemaField = registry.fields.SchemaField as Field
  const { inner, absent } = uiSchema as { inner: { schema: RJSFSchema; uiSchema: UiSchema }; absent: null | undefined }
  const set = formData !== null && formData !== undefined
  const title = schema.title ?? name
  return (
    <Stack gap="xs">
      <Switch label={set ? t('form.given', { name: title }) : title} description={set ? undefined : schema.description} checked={set} onChange={(event) => { onChange(event.currentTarget.checked ? beginning(inner.schema) : absent, fieldPathId.path) }} disabled={props.disabled} />
      {set && <SchemaField {...props} schema={inner.schema} uiSchema={inner.uiSchema} required={false} />}
    </Stack>
  )
}

/** What a value begins as: its parts' defaults, or nothing. */
function beginning(schema: RJSFSchema): unknown {
  if (schema.type === 'array') return []
  const parts = Object.entries(schema.properties ?? {}).flatMap(([name, part]) => (typeof part === 'object' && part.default !== undefined ? [[name, part.default]] : []))
  return Object.fromEntries(parts) as unknown
}

export const fields: RegistryFieldsType = { json: JsonField, map: MapField, absent: AbsentField }
