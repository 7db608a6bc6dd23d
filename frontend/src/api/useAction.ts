import type { AnyVariables, DocumentInput } from '@urql/core'
import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMutation } from 'urql'
import { toast } from '@/ui/toast'
import { requestIdOf } from './client'

/** What every mutation of ours may say of its input. */
export interface UserError {
  code: string
  field: readonly string[]
  message: string
}

interface Payload {
  userErrors: readonly UserError[]
}

interface ActionOptions<Data> {
  /** Where to put the errors that are about a field; those it answers false to, and all others, become toasts. */
  onFieldError?: (error: UserError) => boolean
  /** What is said when it worked. */
  success?: string | ((data: Data) => string | undefined)
}

/**
 * A mutation with the manners that all share: it tells when it is busy, turns userErrors and failures into
 * toasts, and answers with the payload, or with null when it was refused.
 */
export function useAction<Data extends Record<string, unknown>, Variables extends AnyVariables>(
  document: DocumentInput<Data, Variables>,
  options: ActionOptions<Data> = {},
) {
  const [, execute] = useMutation<Data, Variables>(document)
  const [busy, setBusy] = useState(false)
  const { t } = useTranslation()
  const run = useCallback(
    async (variables: Variables): Promise<Data | null> => {
      setBusy(true)
      const { data, error } = await execute(variables)
      setBusy(false)
      if (error || !data) {
        const id = requestIdOf(error)
        toast.error([error?.graphQLErrors[0]?.message ?? t('common.error.network'), id && `${t('common.error.request')} ${id}`].filter(Boolean).join(' '))
        return null
      }
      const refused = userErrorsOf(data)
      for (const userError of refused) if (!options.onFieldError?.(userError)) toast.error(userError.message)
      if (refused.length > 0) return null
      const said = typeof options.success === 'function' ? options.success(data) : options.success
      if (said) toast.success(said)
      return data
    },
    [execute, options, t],
  )
  return [run, busy] as const
}

function userErrorsOf(data: Record<string, unknown>): readonly UserError[] {
  return Object.values(data).flatMap((payload) => (payload as Payload | null)?.userErrors ?? [])
}
