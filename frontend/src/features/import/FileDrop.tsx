import { Button, FileButton, Text } from '@mantine/core'
import { IconFileSpreadsheet } from '@tabler/icons-react'
import { type DragEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/ui/format'
import classes from './FileDrop.module.css'

/** Where a file is dropped, or chosen with the button. */
export function FileDrop({ file, onFile }: { file: File | null; onFile: (file: File) => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const [over, setOver] = useState(false)

  function drop(event: DragEvent) {
    event.preventDefault()
    setOver(false)
    const dropped = event.dataTransfer.files[0]
    if (dropped) onFile(dropped)
  }

  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- for the mouse that carries a file; without one there is the button
    <div
      className={classes.drop}
      data-over={over || undefined}
      data-small={file !== null || undefined}
      role="group"
      aria-label={t('import.file.label')}
      onDragOver={(event) => { event.preventDefault(); setOver(true) }}
      onDragLeave={() => { setOver(false) }}
      onDrop={drop}
    >
      {file ? <Text size="sm"><IconFileSpreadsheet size={16} style={{ verticalAlign: '-3px' }} aria-hidden /> <strong>{file.name}</strong> · {format.bytes(file.size)}</Text> : (
        <>
          <IconFileSpreadsheet size={30} stroke={1.4} aria-hidden />
          <Text>{t('import.file.drop')}</Text>
          <Text size="sm" c="dimmed">{t('import.file.help')}</Text>
        </>
      )}
      <FileButton accept=".csv,.txt,text/csv,text/plain" onChange={(chosen) => { if (chosen) onFile(chosen) }} inputProps={{ 'aria-label': t('import.file.choose') }}>
        {(props) => <Button {...props} variant="default">{t(file ? 'import.file.another' : 'import.file.choose')}</Button>}
      </FileButton>
    </div>
  )
}
