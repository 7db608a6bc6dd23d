import { Group, Text } from '@mantine/core'
import { IconAlertTriangle, IconBooks } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import { useText } from '@/ui/format'
import { PageLink } from '@/ui/Page'
import { Row, Rows } from '@/ui/Rows'
import { Status } from '@/ui/Status'
import { TimeAgo } from '@/ui/Time'
import { LibraryStatus } from './LibraryStatus'

export const LibraryListItem = graphql(/* GraphQL */ `
  fragment LibraryListItem on Library {
    id
    name
    url
    ref
    status
    syncedAt
    error {
      en
      fr
    }
    problems {
      file
    }
    templates(first: 1) {
      totalCount
    }
  }
`)

export function LibraryList({ libraries }: { libraries: readonly ({ id: string } & FragmentType<typeof LibraryListItem>)[] }) {
  const { t } = useTranslation()
  return (
    <Rows label={t('library.title')}>
      {libraries.map((library) => <LibraryRow key={library.id} library={library} />)}
    </Rows>
  )
}

function LibraryRow({ library: masked }: { library: FragmentType<typeof LibraryListItem> }) {
  const { t } = useTranslation()
  const text = useText()
  const library = unmask(LibraryListItem, masked)
  const problems = library.problems?.length ?? 0
  return (
    <Row
      lead={<IconBooks size={20} stroke={1.6} aria-hidden />}
      main={
        <>
          <PageLink to="/libraries/$libraryId" params={{ libraryId: library.id }} data-row-link>{library.name}</PageLink>
          <Group gap={6} c="dimmed" fz="sm">
            {library.url && <span>{isBuiltIn(library.url) ? t('library.builtIn') : library.url} ·</span>}
            {library.ref && <span>{library.ref} ·</span>}
            <span>{t('library.templateCount', { count: library.templates.totalCount })}</span>
          </Group>
          {library.status === 'ERROR' && library.error && <Text size="sm" c="var(--arpent-destroy)" lineClamp={4}>{text(library.error)}</Text>}
        </>
      }
      aside={
        <>
          {problems > 0 && <Status tone="warning" icon={IconAlertTriangle} label={t('library.problemCount', { count: problems })} />}
          <Text size="sm" c="dimmed" ta="right" miw={90} visibleFrom="md"><TimeAgo value={library.syncedAt} brief /></Text>
          <LibraryStatus status={library.status} />
        </>
      }
    />
  )
}

/** The library that ships with Arpent is in the program itself. The address is null for those who do not manage libraries. */
export function isBuiltIn(url: string | null): boolean {
  return url?.startsWith('builtin:') ?? false
}
