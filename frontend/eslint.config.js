import js from '@eslint/js'
import jsxA11y from 'eslint-plugin-jsx-a11y'
import reactHooks from 'eslint-plugin-react-hooks'
import globals from 'globals'
import { readdirSync } from 'node:fs'
import tseslint from 'typescript-eslint'

const features = readdirSync(new URL('./src/features', import.meta.url))

/** The import law: routes → features → ui. What stands above is closed to what stands below. */
const forbid = (files, patterns) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns }] },
})

export default tseslint.config(
  { ignores: ['dist', 'src/gql', 'src/routeTree.gen.ts'] },
  js.configs.recommended,
  tseslint.configs.strict,
  tseslint.configs.stylistic,
  jsxA11y.flatConfigs.strict,
  reactHooks.configs.flat['recommended-latest'],
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      'no-console': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, varsIgnorePattern: '^_' }], // to leave properties out
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-definitions': 'off', // both have their use
      'jsx-a11y/no-autofocus': ['error', { ignoreNonDOM: true }], // Mantine's dialogs move the focus as they should
    },
  },
  { files: ['e2e/**'], rules: { 'react-hooks/rules-of-hooks': 'off' } }, // there is no React there; graphql-ws has a useServer
  forbid(['src/ui/**'], [
    { group: ['@/app/*', '@/routes/*', '@/features/*', '@/gql', '@/gql/*', 'urql'], message: 'ui knows no subject and no GraphQL.' },
  ]),
  ...features.map((name) =>
    forbid([`src/features/${name}/**`], [
      { group: ['@/app/*', '@/routes/*'], message: 'Features know neither the application nor its pages.' },
      { group: ['@/features/*', '../../features/*', ...features.filter((f) => f !== name).map((f) => `../${f}/*`)], message: 'Features never import each other: compose them in a route.' },
    ]),
  ),
  forbid(['src/routes/**'], [{ group: ['@/testing/*'], message: 'Tests only.' }]),
)
