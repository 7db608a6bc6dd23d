import { ActionIcon, Accordion, Button, Group, Input, Stack, Text, Title, Tooltip } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react'
import type { ArrayFieldItemTemplateProps, ArrayFieldTemplateProps, FieldTemplateProps, ObjectFieldTemplateProps, TemplatesType } from '@rjsf/utils'
import { type ReactNode, use } from 'react'
import { useTranslation } from 'react-i18next'
import { SectionsContext } from './sections'
import classes from './form.module.css'

/** Our inputs bring their own label and mistakes; this only keeps what is hidden out of sight. */
function Field({ hidden, children }: FieldTemplateProps) {
  return hidden ? <div hidden>{children}</div> : children
}

/** A group of fields with a heading: an object, a list, a map. */
export function Compound({ id, title, description, required, errors, children }: { id?: string; title: string; description?: ReactNode; required?: boolean; errors?: string[]; children: ReactNode }) {
  return (
    <Input.Wrapper label={title} description={description} withAsterisk={required} labelElement="div" error={errors && errors.length > 0 ? errors.join(' ') : undefined} inputWrapperOrder={['label', 'description', 'error', 'input']} role="group" aria-label={title} id={id} tabIndex={-1} style={{ outline: 'none' }}>
      <div className={classes.compound}>{children}</div>
    </Input.Wrapper>
  )
}

function ObjectTemplate(props: ObjectFieldTemplateProps) {
  const { title, schema, properties, required, fieldPathId, errorSchema } = props
  if (fieldPathId.path.length === 0) return <Root {...props} />
  return (
    <Compound id={fieldPathId.$id} title={title} description={schema.description} required={required} errors={errorSchema?.__errors}>
      <Stack gap="sm">{properties.map(({ content, name }) => <div key={name}>{content}</div>)}</Stack>
    </Compound>
  )
}

/** The whole form: its sections, and what few people need folded away. A mistake in there opens it. */
function Root({ properties, errorSchema }: ObjectFieldTemplateProps) {
  const { t } = useTranslation()
  const { sections, advanced, opened, onOpen } = use(SectionsContext)
  const byName = new Map(properties.map((property) => [property.name, property.content]))
  const wrong = advanced.some((name) => Object.keys(errorSchema ?? {}).includes(name))
  return (
    <Stack gap="xl">
      {sections.map(({ name, title, help, fields }) => (
        <section key={name} aria-label={title || undefined}>
          {title && <Title order={2} size="h3" mb={help ? 2 : 'sm'}>{title}</Title>}
          {help && <Text size="sm" c="dimmed" mb="sm">{help}</Text>}
          <Stack gap="md">{fields.map((field) => <div key={field}>{byName.get(field)}</div>)}</Stack>
        </section>
      ))}
      {advanced.length > 0 && (
        <Accordion variant="contained" radius="md" value={opened || wrong ? 'advanced' : null} onChange={(value) => { onOpen(value !== null) }}>
          <Accordion.Item value="advanced">
            <Accordion.Control>{t('form.advanced', { count: advanced.length })}</Accordion.Control>
            <Accordion.Panel>
              <Stack gap="md">{advanced.map((field) => <div key={field}>{byName.get(field)}</div>)}</Stack>
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
      )}
    </Stack>
  )
}

function ListTemplate({ fieldPathId, title, schema, items, canAdd, onAddClick, required, rawErrors, disabled }: ArrayFieldTemplateProps) {
  const { t } = useTranslation()
  return (
    <Compound id={fieldPathId.$id} title={title} description={schema.description} required={required} errors={rawErrors}>
      <Stack gap="sm">
        {items.length === 0 && <Text size="sm" c="dimmed">{t('form.emptyList')}</Text>}
        {items}
        {canAdd && <Button variant="default" size="xs" leftSection={<IconPlus size={14} />} onClick={onAddClick} disabled={disabled} style={{ alignSelf: 'flex-start' }}>{t('form.add')}</Button>}
      </Stack>
    </Compound>
  )
}

function ListItemTemplate({ children, buttonsProps, hasToolbar, index }: ArrayFieldItemTemplateProps) {
  const { t } = useTranslation()
  const { hasMoveUp, hasMoveDown, hasRemove, onMoveUpItem, onMoveDownItem, onRemoveItem } = buttonsProps
  const button = (label: string, icon: ReactNode, act: () => void) => (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={act}>{icon}</ActionIcon>
    </Tooltip>
  )
  return (
    <Group align="flex-start" wrap="nowrap" gap="xs" className={classes.item}>
      <div style={{ flex: 1, minWidth: 0 }}>{children}</div>
      {hasToolbar && (
        <Group gap={2} wrap="nowrap" pt={4}>
          {hasMoveUp && button(t('form.up', { at: index + 1 }), <IconArrowUp size={15} />, onMoveUpItem)}
          {hasMoveDown && button(t('form.down', { at: index + 1 }), <IconArrowDown size={15} />, onMoveDownItem)}
          {hasRemove && button(t('form.remove', { at: index + 1 }), <IconTrash size={15} />, onRemoveItem)}
        </Group>
      )}
    </Group>
  )
}

export const templates: Partial<TemplatesType> = {
  FieldTemplate: Field,
  ObjectFieldTemplate: ObjectTemplate,
  ArrayFieldTemplate: ListTemplate,
  ArrayFieldItemTemplate: ListItemTemplate,
}
