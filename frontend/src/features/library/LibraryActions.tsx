import { Button } from '@mantine/core'
import { IconPencil, IconRefresh, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAction } from '@/api/useAction'
import { useFields } from '@/api/useFields'
import { type FragmentType, graphql, unmask } from '@/gql'
import type { LibraryActionsFragment as Library } from '@/gql/graphql'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { Dialog } from '@/ui/Dialog'
import { credentialOf, EMPTY_LIBRARY, LibraryForm, type LibraryValues } from './LibraryForm'
import { isBuiltIn } from './LibraryList'

export const LibraryActionsFragment = graphql(/* GraphQL */ `
  fragment LibraryActions on Library {
    id
    name
    url
    ref
    path
    status
    hasCredential
  }
`)

const SyncLibrary = graphql(/* GraphQL */ `
  mutation SyncLibrary($input: SyncLibraryInput!) {
    syncLibrary(input: $input) {
      library {
        id
        status
      }
      run {
        id
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

const UpdateLibrary = graphql(/* GraphQL */ `
  mutation UpdateLibrary($input: UpdateLibraryInput!) {
    updateLibrary(input: $input) {
      library {
        id
        ...LibraryActions
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)

const DeleteLibrary = graphql(/* GraphQL */ `
  mutation DeleteLibrary($input: DeleteLibraryInput!) {
    deleteLibrary(input: $input) {
      id
      userErrors {
        code
        field
        message
      }
    }
  }
`)

/** Sync, edit, delete. The library that ships with Arpent can only be read again. */
export function LibraryActions({ library: masked, onDeleted }: { library: FragmentType<typeof LibraryActionsFragment>; onDeleted: () => void }) {
  const { t } = useTranslation()
  const library = unmask(LibraryActionsFragment, masked)
  const [opened, setOpened] = useState<'edit' | 'delete' | null>(null)
  const close = () => { setOpened(null) }
  const [sync, syncing] = useAction(SyncLibrary, { success: t('library.syncStarted') })
  const [remove, removing] = useAction(DeleteLibrary, { success: t('library.deleted', { name: library.name }) })

  async function confirm() {
    if (await remove({ input: { id: library.id } })) onDeleted()
  }

  return (
    <>
      {!isBuiltIn(library.url) && (
        <>
          <Button variant="default" leftSection={<IconTrash size={16} />} onClick={() => { setOpened('delete') }}>{t('library.delete')}</Button>
          <Button variant="default" leftSection={<IconPencil size={16} />} onClick={() => { setOpened('edit') }}>{t('library.edit')}</Button>
        </>
      )}
      <Button leftSection={<IconRefresh size={16} />} loading={syncing} disabled={library.status === 'SYNCING'} onClick={() => void sync({ input: { id: library.id } })}>{t('library.sync')}</Button>
      <Dialog opened={opened === 'edit'} onClose={close} title={t('library.edit')} size="lg">
        <EditLibrary library={library} onClose={close} />
      </Dialog>
      <ConfirmDialog opened={opened === 'delete'} onClose={close} title={t('library.deleteTitle')} action={t('library.delete')} word={library.name} danger busy={removing} onConfirm={() => void confirm()}>
        {t('library.deleteHelp')}
      </ConfirmDialog>
    </>
  )
}

function EditLibrary({ library, onClose }: { library: Library; onClose: () => void }) {
  const { t } = useTranslation()
  const { id, name } = library
  const fields = useFields<LibraryValues>({ ...EMPTY_LIBRARY, name, url: library.url ?? '', ref: library.ref ?? '', path: library.path ?? '' })
  const [update, busy] = useAction(UpdateLibrary, { onFieldError: fields.onFieldError, success: t('library.saved') })

  async function send(values: LibraryValues) {
    const input = { id, name: values.name.trim(), url: values.url.trim(), ref: values.ref.trim(), path: values.path.trim() }
    if (await update({ input: { ...input, credential: credentialOf(values), removeCredential: values.removeCredential } })) onClose()
  }

  return <LibraryForm fields={fields} hasCredential={library.hasCredential ?? false} action={t('library.save')} busy={busy} onCancel={onClose} onSend={send} />
}
