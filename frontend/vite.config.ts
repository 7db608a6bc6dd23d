import { fileURLToPath } from 'node:url'
import { tanstackRouter } from '@tanstack/router-plugin/vite'
import react from '@vitejs/plugin-react'
import type { PluginOption } from 'vite'
import { defineConfig, type ViteUserConfig } from 'vitest/config'

/** The server that `npm run dev` talks to; change it with ARPENT_URL. */
const server = process.env.ARPENT_URL ?? 'http://127.0.0.1:8080'

export default defineConfig(async ({ mode }): Promise<ViteUserConfig> => ({
  plugins: [
    tanstackRouter({ target: 'react', autoCodeSplitting: true, routesDirectory: 'src/routes', generatedRouteTree: 'src/routeTree.gen.ts' }),
    react(),
    mode === 'mock' && (await mockServer()),
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: {
    host: '127.0.0.1',
    proxy: mode === 'mock' ? undefined : {
      '/graphql': { target: server, ws: true, changeOrigin: true },
      '/auth': { target: server, changeOrigin: true },
      '/exports': { target: server, changeOrigin: true },
      '^/runs/[^/]+/log': { target: server, changeOrigin: true },
      '/sites': { target: server, changeOrigin: true },
      '/states': { target: server, changeOrigin: true },
      '/terraform': { target: server, changeOrigin: true },
    },
  },
  build: { target: 'es2023', assetsInlineLimit: 0, chunkSizeWarningLimit: 600 },
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'unit', environment: 'jsdom', include: ['src/**/*.test.{ts,tsx}'], setupFiles: ['src/testing/setup.ts'], testTimeout: 90_000 },
      },
      {
        extends: true,
        test: { name: 'e2e', environment: 'node', include: ['e2e/**/*.e2e.ts'], fileParallelism: false, testTimeout: 180_000, hookTimeout: 120_000 },
      },
      {
        extends: true,
        test: { name: 'bench', environment: 'node', include: ['e2e/*Bench.ts'], fileParallelism: false, testTimeout: 600_000, hookTimeout: 120_000 },
      },
      {
        extends: true,
        test: { name: 'screens', environment: 'node', include: ['e2e/screens.ts'], testTimeout: 1_800_000, hookTimeout: 120_000 },
      },
    ],
  },
}))

/** Answers /graphql and /auth from sample data, so that pages can be looked at without a server. */
async function mockServer(): Promise<PluginOption> {
  const { mockPlugin } = await import('./e2e/mock/plugin.ts')
  return mockPlugin()
}
