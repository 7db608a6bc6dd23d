import { ActionIcon, Button, Fieldset, Group, NumberInput, Select, Stack, TagsInput, Textarea, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ProjectChooser, ProviderChooser } from '@/api/Chooser'
import { useIdempotencyKey } from '@/api/idempotency'
import { type UserError, useAction } from '@/api/useAction'
import { useFields } from '@/api/useFields'
import { graphql } from '@/gql'
import type { OrderLineKind } from '@/gql/graphql'
import { Form } from '@/ui/Form'
import { EMPTY_LINE, lineInput, type LineValues } from './lines'

const CreateOrder = graphql(/* GraphQL */ `
  mutation CreateOrder($input: CreateOrderInput!) {
    createOrder(input: $input) {
      order {
        id
        number
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

const KINDS: OrderLineKind[] = ['SERVER', 'NETWORK', 'ACCESS']

interface Values extends Record<string, unknown> {
  number: string
  title: string
  providerId: string | null
  projectId: string | null
  dueAt: string
  notes: string
}

interface OrderFormProps {
  provider?: string
  onCreated: (id: string) => void
}

/** What is wished from a hosting provider, line by line. */
export function OrderForm({ provider, onCreated }: OrderFormProps) {
  const { t } = useTranslation()
  const keyFor = useIdempotencyKey()
  const [lines, setLines] = useState<LineValues[]>([EMPTY_LINE])
  const [lineError, setLineError] = useState('')
  const { values, errors, set, clearErrors, onFieldError } = useFields<Values>({ number: '', title: '', providerId: provider ?? null, projectId: null, dueAt: '', notes: '' })
  const onError = (error: UserError) => {
    if (error.field[0] !== 'lines') return onFieldError(error)
    setLineError(error.message)
    return true
  }
  const [create, busy] = useAction(CreateOrder, { onFieldError: onError, success: ({ createOrder }) => t('order.created', { number: createOrder.order?.number ?? '' }) })

  async function send() {
    clearErrors()
    setLineError('')
    const input = {
      number: values.number.trim(), title: values.title.trim(), providerId: values.providerId ?? '', projectId: values.projectId ?? undefined, notes: values.notes.trim(),
      dueAt: values.dueAt === '' ? undefined : new Date(`${values.dueAt}T00:00`).toISOString(), lines: lines.map(lineInput),
    }
    const made = (await create({ input: { ...input, idempotencyKey: keyFor(input) } }))?.createOrder.order
    if (made) onCreated(made.id)
  }

  return (
    <Form onSubmit={send} action={t('order.create')} busy={busy} disabled={!values.providerId}>
      <Group grow align="flex-start">
        <TextInput label={t('order.field.number')} description={t('order.field.numberHelp')} value={values.number} onChange={({ currentTarget }) => { set({ number: currentTarget.value }) }} error={errors.number} required withAsterisk={false} />
        <TextInput label={t('order.field.title')} description={t('order.field.titleHelp')} value={values.title} onChange={({ currentTarget }) => { set({ title: currentTarget.value }) }} error={errors.title} required withAsterisk={false} />
      </Group>
      <Group grow align="flex-start">
        <ProviderChooser active label={t('order.field.provider')} value={values.providerId} onChange={(providerId) => { set({ providerId: providerId ?? null }) }} error={errors.providerId} />
        <ProjectChooser active label={t('order.field.project')} value={values.projectId} onChange={(projectId) => { set({ projectId: projectId ?? null }) }} error={errors.projectId} clearable />
      </Group>
      <TextInput type="date" label={t('order.field.dueAt')} value={values.dueAt} onChange={({ currentTarget }) => { set({ dueAt: currentTarget.value }) }} error={errors.dueAt} maw={220} />
      {lines.map((line, at) => (
        <LineFields
          key={at}
          number={at + 1}
          line={line}
          onChange={(change) => { setLines(lines.map((one, index) => (index === at ? { ...one, ...change } : one))) }}
          onRemove={lines.length > 1 ? () => { setLines(lines.filter((_, index) => index !== at)) } : undefined}
        />
      ))}
      {lineError !== '' && <div role="alert" style={{ color: 'var(--mantine-color-error)', fontSize: 'var(--mantine-font-size-sm)' }}>{lineError}</div>}
      <Button variant="default" leftSection={<IconPlus size={15} />} onClick={() => { setLines([...lines, EMPTY_LINE]) }} style={{ alignSelf: 'flex-start' }}>{t('order.line.add')}</Button>
      <Textarea label={t('order.field.notes')} value={values.notes} onChange={({ currentTarget }) => { set({ notes: currentTarget.value }) }} error={errors.notes} autosize minRows={2} />
    </Form>
  )
}

interface LineFieldsProps {
  number: number
  line: LineValues
  onChange: (change: Partial<LineValues>) => void
  onRemove?: () => void
}

function LineFields({ number, line, onChange, onRemove }: LineFieldsProps) {
  const { t } = useTranslation()
  return (
    <Fieldset legend={t('order.line.number', { number })} radius="md">
      <Stack gap="sm">
        <Group align="flex-end" gap="sm">
          <Select label={t('order.line.kindLabel')} data={KINDS.map((value) => ({ value, label: t(`order.line.kind.${value}`) }))} value={line.kind} onChange={(kind) => { if (kind) onChange({ kind: kind as OrderLineKind }) }} allowDeselect={false} w={150} />
          <NumberInput label={t('order.line.count')} value={line.count} onChange={(count) => { onChange({ count }) }} min={1} allowDecimal={false} w={100} />
          <TextInput label={t('order.line.title')} value={line.title} onChange={({ currentTarget }) => { onChange({ title: currentTarget.value }) }} required withAsterisk={false} flex="1 1 14rem" />
          {onRemove && <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('order.line.remove', { number })} onClick={onRemove}><IconTrash size={16} /></ActionIcon>}
        </Group>
        {line.kind === 'SERVER' && (
          <Group align="flex-end" gap="sm">
            <NumberInput label={t('order.line.cores')} value={line.cores} onChange={(cores) => { onChange({ cores }) }} min={0} allowDecimal={false} w={100} />
            <NumberInput label={t('order.line.memory')} value={line.memory} onChange={(memory) => { onChange({ memory }) }} min={0} w={130} />
            <NumberInput label={t('order.line.disk')} value={line.disk} onChange={(disk) => { onChange({ disk }) }} min={0} allowDecimal={false} w={130} />
            <TextInput label={t('order.line.system')} value={line.system} onChange={({ currentTarget }) => { onChange({ system: currentTarget.value }) }} w={150} />
            <TextInput label={t('order.line.location')} value={line.location} onChange={({ currentTarget }) => { onChange({ location: currentTarget.value }) }} w={130} />
            <TagsInput label={t('order.line.labels')} value={line.labels} onChange={(labels) => { onChange({ labels }) }} acceptValueOnBlur flex="1 1 12rem" />
          </Group>
        )}
      </Stack>
    </Fieldset>
  )
}
