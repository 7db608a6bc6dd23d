import { Box, Text } from '@mantine/core'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyButton } from '@/ui/CopyButton'
import classes from './Snippet.module.css'

interface SnippetProps {
  /** What it is. */
  title: string
  /** Where it goes. */
  help?: string
  code: string
}

/** Something to be pasted elsewhere. */
export function Snippet({ title, help, code }: SnippetProps) {
  const { t } = useTranslation()
  const id = useId()
  return (
    <Box component="figure" m={0} aria-labelledby={id}>
      <Text component="figcaption" size="sm" fw={570} mb={4} id={id}>{title}</Text>
      {help && <Text size="sm" c="dimmed" mb={6}>{help}</Text>}
      <div className={classes.snippet}>
        <pre>{code}</pre>
        <div className={classes.copy}><CopyButton value={code} label={t('tool.copy', { what: title })} /></div>
      </div>
    </Box>
  )
}
