import { useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient } from 'urql'
import type { UserError } from '@/api/useAction'
import { graphql } from '@/gql'
import type { ImportServersInput, ImportServersMutation } from '@/gql/graphql'
import { mappingOf, type Reading, readingOf } from './mapping'

export const ImportServers = graphql(/* GraphQL */ `
  mutation ImportServers($input: ImportServersInput!) {
    importServers(input: $input) {
      session {
        id
        fileName
      }
      reading {
        encoding
        delimiter
        decimal
        headers
        columns
        rows
      }
      rows {
        line
        outcome
        hostname
        changes
        problems {
          line
          column
          value
          reason
        }
        warnings {
          reason
        }
      }
      added
      changed
      unchanged
      refused
      userErrors {
        code
        field
        message
      }
    }
  }
`)

export type Row = ImportServersMutation['importServers']['rows'][number]

/** What an import would do, as far as it was read. */
export interface Preview {
  reading: Reading | null
  rows: Row[]
  added: number
  changed: number
  unchanged: number
  refused: number
  errors: readonly UserError[]
}

const PAGE = 100

export interface Source {
  file: File
  providerId: string
  orderId?: string
}

/** Reads a file without importing anything: at first as it is recognized, then as `choose` says. */
export function useImport(source: Source | null) {
  const client = useClient()
  const { t } = useTranslation()
  const [preview, setPreview] = useState<Preview | null>(null)
  const [reading, setReading] = useState(false)
  const turn = useRef(0)

  const ask = useCallback(
    async (of: Source, mapping: Reading | null, page: Partial<ImportServersInput> = {}) => {
      const input = { ...of, mapping: mapping && mappingOf(mapping), dryRun: true, skipBadRows: false, first: PAGE, after: 0, ...page }
      const { data, error } = await client.mutation(ImportServers, { input }).toPromise()
      if (data) return data.importServers
      throw new Error(error?.graphQLErrors[0]?.message ?? t('common.error.network'))
    },
    [client, t],
  )

  const read = useCallback(
    async (of: Source, mapping: Reading | null) => {
      const mine = (turn.current += 1)
      setReading(true)
      const next = await ask(of, mapping).then((answer) => previewOf(answer), (error: unknown) => failed(mapping, error))
      if (mine !== turn.current) return // something else was chosen meanwhile
      setPreview(next)
      setReading(false)
    },
    [ask],
  )

  const { file, providerId, orderId } = source ?? {}
  useEffect(() => {
    // eslint-disable-next-line react-hooks/set-state-in-effect -- what is shown follows from what was chosen
    setPreview(null)
    if (file && providerId) void read({ file, providerId, orderId }, null)
  }, [file, providerId, orderId, read])

  /** Reads the same file another way. */
  function choose(change: Partial<Reading>) {
    if (!source || !preview?.reading) return
    const next = { ...preview.reading, ...change }
    setPreview({ ...preview, reading: next })
    void read(source, next)
  }

  async function more() {
    if (!source || !preview) return
    const answer = await ask(source, preview.reading, { after: preview.rows.length })
    setPreview((before) => before && { ...before, rows: [...before.rows, ...answer.rows] })
  }

  return { preview, reading, choose, more }
}

function previewOf({ reading, rows, added, changed, unchanged, refused, userErrors }: ImportServersMutation['importServers']): Preview {
  return { reading: reading ? readingOf(reading) : null, rows: [...rows], added, changed, unchanged, refused, errors: userErrors }
}

/** The file was not read; how it was to be read stays, so that something else can be chosen. */
function failed(reading: Reading | null, error: unknown): Preview {
  return { reading, rows: [], added: 0, changed: 0, unchanged: 0, refused: 0, errors: [{ code: 'INVALID', field: [], message: error instanceof Error ? error.message : '' }] }
}
