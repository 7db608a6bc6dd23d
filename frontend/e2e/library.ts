import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Installation, until } from './installation'
import { admin } from './people'

/** A template of one file, whose plans nobody has to approve. */
interface SmallTemplate {
  name: string
  title: { en: string; fr: string }
  code: string
}

/** Adds a library beside the one that ships, and waits until its templates are there. */
export async function addLibrary(installation: Installation, name: string, templates: SmallTemplate[]): Promise<void> {
  const folder = join(installation.folder, `library-${name.toLowerCase()}`)
  for (const template of templates) await write(join(folder, 'templates', template.name), template)
  const git = (...args: string[]) => execFileSync('git', ['-C', folder, '-c', 'user.name=e2e', '-c', 'user.email=e2e@example.org', ...args])
  git('init', '--quiet', '--initial-branch=main')
  git('add', '.')
  git('commit', '--quiet', `--message=${name}`)
  const api = await installation.api(admin.email)
  await api.ask('mutation ($input: CreateLibraryInput!) { createLibrary(input: $input) { userErrors { message } } }', { input: { name, url: folder } })
  const names = templates.map((template) => template.name)
  await until(30_000, 'the library to be read', async () => {
    const answer = await api.ask<{ templates: { totalCount: number } }>('query ($names: [String!]) { templates(where: { nameIn: $names }) { totalCount } }', { names })
    return answer.templates.totalCount === names.length
  })
}

async function write(folder: string, { title, code }: SmallTemplate): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'main.tf'), code)
  await writeFile(join(folder, 'arpent.yaml'), `title: {en: ${title.en}, fr: ${title.fr}}\nstyle: module\napproval: {mode: auto}\n`)
}
