import { useTranslation } from 'react-i18next'
import { useIdempotencyKey } from '@/api/idempotency'
import { useAction } from '@/api/useAction'
import { useFields } from '@/api/useFields'
import { graphql } from '@/gql'
import { Dialog } from '@/ui/Dialog'
import { credentialOf, EMPTY_LIBRARY, LibraryForm, type LibraryValues } from './LibraryForm'

const CreateLibrary = graphql(/* GraphQL */ `
  mutation CreateLibrary($input: CreateLibraryInput!) {
    createLibrary(input: $input) {
      library {
        id
        name
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

interface AddLibraryDialogProps {
  opened: boolean
  onClose: () => void
  onAdded: (id: string) => void
}

export function AddLibraryDialog({ opened, onClose, onAdded }: AddLibraryDialogProps) {
  const { t } = useTranslation()
  return (
    <Dialog opened={opened} onClose={onClose} title={t('library.add')} size="lg">
      <AddLibrary onClose={onClose} onAdded={onAdded} />
    </Dialog>
  )
}

function AddLibrary({ onClose, onAdded }: Omit<AddLibraryDialogProps, 'opened'>) {
  const { t } = useTranslation()
  const keyFor = useIdempotencyKey()
  const fields = useFields<LibraryValues>(EMPTY_LIBRARY)
  const [create, busy] = useAction(CreateLibrary, { onFieldError: fields.onFieldError, success: ({ createLibrary }) => t('library.added', { name: createLibrary.library?.name ?? '' }) })

  async function send(values: LibraryValues) {
    const input = { name: values.name.trim(), url: values.url.trim(), ref: values.ref.trim(), path: values.path.trim(), credential: credentialOf(values) }
    const data = await create({ input: { ...input, idempotencyKey: keyFor(input) } })
    if (data?.createLibrary.library) onAdded(data.createLibrary.library.id)
  }

  return <LibraryForm fields={fields} action={t('library.addAction')} busy={busy} onCancel={onClose} onSend={send} />
}
