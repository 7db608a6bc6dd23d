import { SimpleGrid, TextInput, Title, Group, Chip } from '@mantine/core'
import { IconLayoutGrid, IconSearch } from '@tabler/icons-react'
import { createFileRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { readPages, usePages } from '@/api/pages'
import { useCategoryName } from '@/features/template/useCategoryName'
import { TemplateTile } from '@/features/template/TemplateTile'
import { graphql } from '@/gql'
import { EmptyState } from '@/ui/EmptyState'
import { textIn, type LocalText } from '@/ui/format'
import { LoadMore } from '@/ui/LoadMore'
import { Page } from '@/ui/Page'
import { useSearchText } from '@/ui/useSearchText'

const CatalogPageQuery = graphql(/* GraphQL */ `
  query CatalogPage($after: Cursor) {
    templates(first: 100, after: $after, where: { latest: true, isBase: false, statusNEQ: GONE }, orderBy: { field: CATEGORY, direction: ASC }) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          name
          category
          title {
            en
            fr
          }
          description {
            en
            fr
          }
          ...TemplateTile
        }
      }
    }
  }
`)

interface Search {
  q?: string
  category?: string
  /** Acronym of the project to request for. */
  project?: string
  pages?: number
}

/** Somebody who searches looks through so many pages, of a hundred templates each. */
const SEARCHED = 20

const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

export const Route = createFileRoute('/_app/catalog/')({
  validateSearch: ({ q, category, project, pages }): Search => ({ q: textOf(q), category: textOf(category), project: textOf(project), pages: readPages(pages) }),
  component: CatalogPage,
})

function CatalogPage() {
  const { t } = useTranslation()
  const categoryName = useCategoryName()
  const { q, category, project, pages = 1 } = Route.useSearch()
  const navigate = Route.useNavigate()
  const [text, setText] = useSearchText(q, (next) => void navigate({ search: (before) => ({ ...before, q: next }), replace: true }))
  const searching = text !== '' || category !== undefined
  const { result, retry, nodes: all, more, fetching } = usePages(CatalogPageQuery, {}, { pages: searching ? Math.max(SEARCHED, pages) : pages, list: (data) => data.templates })
  return (
    <Page
      title={t('template.catalog.title')}
      lead={t('template.catalog.lead')}
      bar={<TextInput type="search" value={text} onChange={(event) => { setText(event.currentTarget.value) }} placeholder={t('template.catalog.search')} aria-label={t('template.catalog.search')} leftSection={<IconSearch size={15} />} maw={420} />}
    >
      <Answer result={result} retry={retry}>
        {() => {
          const categories = [...new Set(all.map((template) => template.category))]
          const shown = all.filter((template) => (!category || template.category === category) && mentions(template, text))
          if (all.length === 0) return <EmptyState icon={IconLayoutGrid} title={t('template.catalog.empty')} help={t('template.catalog.emptyHelp')} />
          return (
            <>
              {categories.length > 1 && (
                <Chip.Group value={category ?? ''} onChange={(value) => void navigate({ search: (before) => ({ ...before, category: value === '' ? undefined : String(value) }), replace: true })}>
                  <Group gap={6} mb="lg" role="radiogroup" aria-label={t('template.catalog.category')}>
                    {['', ...categories].map((name) => (
                      <Chip key={name} value={name} size="xs" variant="light">{name === '' ? t('template.catalog.all') : categoryName(name)}</Chip>
                    ))}
                  </Group>
                </Chip.Group>
              )}
              {shown.length === 0 && !fetching && <EmptyState icon={IconSearch} title={t('template.catalog.nothingFound')} help={t('template.catalog.nothingFoundHelp')} />}
              {categories.map((name) => {
                const group = shown.filter((template) => template.category === name)
                return group.length === 0 ? null : (
                  <section key={name} style={{ marginBottom: 28 }}>
                    <Title order={2} mb="xs">{categoryName(name)}</Title>
                    <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="sm">
                      {group.map((template) => <TemplateTile key={template.id} template={template} project={project} />)}
                    </SimpleGrid>
                  </section>
                )
              })}
              <LoadMore more={more} busy={fetching} onMore={() => void navigate({ search: (before) => ({ ...before, pages: pages + 1 }), replace: true, resetScroll: false })} />
            </>
          )
        }}
      </Answer>
    </Page>
  )
}

/** Whether every word is somewhere in the template's texts, in either language. */
function mentions(template: { name: string; title: LocalText; description: LocalText }, search: string): boolean {
  const haystack = [template.name, ...['en', 'fr'].flatMap((language) => [textIn(language, template.title), textIn(language, template.description)])].join(' ').toLowerCase()
  return search.toLowerCase().split(/\s+/).every((word) => haystack.includes(word))
}
