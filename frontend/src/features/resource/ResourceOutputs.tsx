import { ActionIcon, Anchor, Text, Tooltip } from '@mantine/core'
import { IconEye, IconEyeOff } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { type FragmentType, graphql, unmask } from '@/gql'
import type { ResourceOutputsFragment as Outputs } from '@/gql/graphql'
import { CopyButton } from '@/ui/CopyButton'
import { useText } from '@/ui/format'
import { ValueText } from '@/ui/ValueText'
import { outputNotes, type OutputNote } from './outputs'
import classes from './ResourceOutputs.module.css'

export const ResourceOutputsFragment = graphql(/* GraphQL */ `
  fragment ResourceOutputs on Resource {
    id
    status
    outputs {
      name
      value
      sensitive
    }
    template {
      id
      outputs
    }
  }
`)

const RevealOutput = graphql(/* GraphQL */ `
  mutation RevealOutput($input: RevealOutputInput!) {
    revealOutput(input: $input) {
      output {
        name
        value
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

/** What a resource gives back. A sensitive value is fetched when it is asked for, and forgotten when it is hidden. */
export function ResourceOutputs({ resource: masked, mayReveal }: { resource: FragmentType<typeof ResourceOutputsFragment>; mayReveal: boolean }) {
  const { t } = useTranslation()
  const { id, status, outputs, template } = unmask(ResourceOutputsFragment, masked)
  const notes = outputNotes(template.outputs)
  const shown = outputs.filter(({ name }) => !notes.get(name)?.hidden)
  if (shown.length === 0) return <Text size="sm" c="dimmed">{t(status === 'READY' ? 'resource.outputs.none' : 'resource.outputs.notYet')}</Text>
  return (
    <dl className={classes.outputs}>
      {shown.map((output) => (
        <OutputRow key={output.name} resourceId={id} output={output} note={notes.get(output.name)} mayReveal={mayReveal} />
      ))}
    </dl>
  )
}

interface OutputRowProps {
  resourceId: string
  output: Outputs['outputs'][number]
  note: OutputNote | undefined
  mayReveal: boolean
}

function OutputRow({ resourceId, output, note, mayReveal }: OutputRowProps) {
  const { t } = useTranslation()
  const text = useText()
  const [revealed, setRevealed] = useState<{ value: unknown }>()
  const [reveal, busy] = useAction(RevealOutput)
  const hidden = output.sensitive && !revealed
  const value = output.sensitive ? revealed?.value : output.value

  async function toggle() {
    if (revealed) {
      setRevealed(undefined)
      return
    }
    const data = await reveal({ input: { resourceId, name: output.name } })
    if (data?.revealOutput.output) setRevealed({ value: data.revealOutput.output.value })
  }

  const label = t(hidden ? 'resource.outputs.reveal' : 'resource.outputs.hide', { name: output.name })
  return (
    <div className={classes.row}>
      <dt>
        {text(note?.title) || output.name}
        {text(note?.help) && <Text size="xs" c="dimmed">{text(note?.help)}</Text>}
      </dt>
      <dd>
        {hidden ? <span className={classes.dots} aria-label={t('resource.outputs.hidden')} role="img">••••••••••••</span> : <OutputValue value={value} />}
        <span className={classes.actions}>
          {output.sensitive && mayReveal && (
            <Tooltip label={hidden ? t('resource.outputs.recorded') : label}>
              <ActionIcon variant="subtle" color="gray" size="sm" aria-label={label} loading={busy} onClick={() => void toggle()}>{hidden ? <IconEye size={15} /> : <IconEyeOff size={15} />}</ActionIcon>
            </Tooltip>
          )}
          {!hidden && <CopyButton value={typeof value === 'string' ? value : JSON.stringify(value, null, 2)} />}
        </span>
      </dd>
    </div>
  )
}

/** An address becomes a link, text stays text, the rest is JSON. */
function OutputValue({ value }: { value: unknown }) {
  if (typeof value === 'string' && /^https?:\/\/\S+$/.test(value)) return <Anchor href={value} target="_blank" rel="noreferrer noopener" className={classes.value}>{value}</Anchor>
  if (typeof value === 'string' && !value.includes('\n')) return <code className={classes.value}>{value}</code>
  return <ValueText value={value} className={classes.value} />
}
