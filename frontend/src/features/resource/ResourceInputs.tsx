import { Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import { Facts } from '@/ui/Facts'
import { useText } from '@/ui/format'
import type { InputSchema } from '@/ui/form/schema'
import { ValueText } from '@/ui/ValueText'
import classes from './ResourceInputs.module.css'

export const ResourceInputsFragment = graphql(/* GraphQL */ `
  fragment ResourceInputs on Resource {
    id
    inputs
    secretInputNames
    template {
      id
      schema
    }
  }
`)

/** What was asked for, under the names of the form; secret values are never shown. */
export function ResourceInputs({ resource: masked }: { resource: FragmentType<typeof ResourceInputsFragment> }) {
  const { t } = useTranslation()
  const text = useText()
  const { inputs, secretInputNames, template } = unmask(ResourceInputsFragment, masked)
  const schema = (template.schema ?? {}) as InputSchema
  const given = (inputs ?? {}) as Record<string, unknown>
  const values = Object.entries(given)
  const defaults = Object.entries(schema.properties ?? {}).filter(([name, { default: value, writeOnly, ...property }]) => !(name in given) && value !== undefined && value !== null && writeOnly !== true && !property['x-arpent']?.binding && !property['x-arpent']?.hidden)
  const titleOf = (name: string) => text(schema.properties?.[name]?.['x-arpent']?.title) || schema.properties?.[name]?.title || name
  if (values.length === 0 && defaults.length === 0 && !secretInputNames?.length) return <Text size="sm" c="dimmed">{t('resource.inputs.none')}</Text>
  return (
    <Facts
      facts={[
        ...values.map(([name, value]): [string, React.ReactNode] => [titleOf(name), <InputValue key={name} value={value} />]),
        ...defaults.map(([name, { default: value }]): [string, React.ReactNode] => [titleOf(name), <span key={name}><InputValue value={value} /> <Text span size="xs" c="dimmed">{t('resource.inputs.default')}</Text></span>]),
        ...(secretInputNames ?? []).map((name): [string, React.ReactNode] => [titleOf(name), <Text key={name} span size="sm" c="dimmed" fs="italic">{t('resource.inputs.secret')}</Text>]),
      ]}
    />
  )
}

function InputValue({ value }: { value: unknown }) {
  const { t } = useTranslation()
  if (typeof value === 'boolean') return <>{t(value ? 'resource.inputs.yes' : 'resource.inputs.no')}</>
  if (typeof value === 'string' && !value.includes('\n')) return <>{value}</>
  return <ValueText value={value} className={classes.value} />
}
