import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import i18next from 'i18next'
import { expect, it, vi } from 'vitest'
import { expectAccessible, renderPortal } from '@/testing/portal'
import { AddLibraryDialog } from './AddLibraryDialog'
import { LibraryFacts, LibraryProblems } from './LibraryDetails'
import { credentialOf, EMPTY_LIBRARY } from './LibraryForm'
import { isBuiltIn, LibraryList } from './LibraryList'

it.each([
  [{}, undefined],
  [{ kind: 'token', username: ' bot ', password: 'p' }, { username: 'bot', password: 'p' }],
  [{ kind: 'key', privateKey: 'k', knownHosts: ' ' }, { privateKey: 'k', knownHosts: undefined }],
] as const)('sends of the credential %j only what its kind needs', (values, sent) => {
  expect(credentialOf({ ...EMPTY_LIBRARY, ...values })).toEqual(sent)
})

it('a new library shows beside the field what the server refuses, then is added', async () => {
  const onAdded = vi.fn()
  let refused = true
  const { asked } = await renderPortal(<AddLibraryDialog opened onClose={vi.fn()} onAdded={onAdded} />, {
    answers: { CreateLibrary: () => ({ createLibrary: refused ? { library: null, run: null, userErrors: [{ code: 'INVALID', field: ['url'], message: 'No such repository.' }] } : { library: { __typename: 'Library', id: 'lib_1', name: 'Ours' }, run: null, userErrors: [] } }) },
  })
  await userEvent.type(await screen.findByLabelText(i18next.t('library.field.name')), ' Ours ')
  await userEvent.type(screen.getByLabelText(i18next.t('library.field.url')), 'https://git.example.org/x.git')
  await expectAccessible()
  await userEvent.click(screen.getByRole('button', { name: i18next.t('library.addAction') }))
  expect(await screen.findByText('No such repository.')).toBeTruthy()
  refused = false
  await userEvent.click(screen.getByRole('button', { name: i18next.t('library.addAction') }))
  await vi.waitFor(() => { expect(onAdded).toHaveBeenCalledWith('lib_1') })
  const [first, second] = asked.map(({ variables }) => (variables as { input: { name: string; idempotencyKey: string } }).input)
  expect([first?.name, first?.idempotencyKey === second?.idempotencyKey]).toEqual(['Ours', true])
})

it('a library that failed says why', async () => {
  const library = { __typename: 'Library', id: 'lib_1', name: 'Ours', url: 'https://git.example.org/x.git', ref: 'main', status: 'ERROR', syncedAt: null, error: { en: 'The repository does not answer.', fr: 'Le dépôt ne répond pas.' }, problems: [{ __typename: 'TemplateProblem', file: 'a.tf' }], templates: { __typename: 'TemplateConnection', totalCount: 2 } } as never
  await renderPortal(<LibraryList libraries={[library]} />, { language: 'fr' })
  expect(await screen.findByText('Le dépôt ne répond pas.')).toBeTruthy()
  expect([isBuiltIn('builtin:arpent'), isBuiltIn('https://x')]).toEqual([true, false])
  await expectAccessible()
})

it('who does not manage libraries sees its name and how it is', async () => {
  const hidden = { url: null, ref: null, path: null, hasCredential: null, error: null, problems: null }
  const library = { __typename: 'Library', id: 'lib_1', name: 'Ours', status: 'ERROR', commit: null, syncedAt: null, lastRun: null, templates: { __typename: 'TemplateConnection', totalCount: 2 }, ...hidden } as never
  await renderPortal(<><LibraryList libraries={[library]} /><LibraryFacts library={library} /><LibraryProblems library={library} /></>, { language: 'en' })
  expect(await screen.findByText('2 templates')).toBeTruthy()
  expect(screen.getByText('Those who manage libraries see why. Its templates stay as they were.')).toBeTruthy()
  expect(screen.queryByText('Address')).toBeNull()
  expect(screen.queryByText('Credential')).toBeNull()
  await expectAccessible()
})
