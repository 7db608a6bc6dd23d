import { screen, waitFor } from '@testing-library/react'
import i18next from 'i18next'
import { expect, it } from 'vitest'
import { expectAccessible, renderPortal } from '@/testing/portal'
import { TemplateReadme } from './TemplateDetails'

const both = (en: string, fr: string) => ({ __typename: 'Text', en, fr })
const template = (more: object) => ({ __typename: 'Template', id: 'tpl_1', about: both('', ''), readme: both('', ''), problems: [], ...more }) as never

it.each(['en', 'fr'] as const)('what a template says about itself and its readme are both shown (%s)', async (language) => {
  await renderPortal(<TemplateReadme template={template({ about: both('Serves *pages*.', 'Sert des *pages*.'), readme: both('## Limits', '## Limites') })} />, { language })
  await waitFor(() => { expect(document.body.textContent).toContain({ en: 'Serves pages.', fr: 'Sert des pages.' }[language]) })
  expect(await screen.findByRole('heading', { name: { en: 'Limits', fr: 'Limites' }[language] })).toBeDefined()
  for (const title of ['template.about', 'template.readme'] as const) expect(screen.getByText(i18next.t(title))).toBeDefined()
  await expectAccessible()
})

it('a template that says nothing of itself says so', async () => {
  await renderPortal(<TemplateReadme template={template({})} />)
  expect(await screen.findByText(i18next.t('template.noReadme'))).toBeDefined()
})
