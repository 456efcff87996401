import { defineConfig } from 'vitest/config'

/** Real processes and real clocks: minutes, so not a part of `pnpm test`. */
export default defineConfig({
  test: {
    include: ['e2e/**/*.e2e.ts'],
    testTimeout: 900_000,
    hookTimeout: 60_000,
    maxConcurrency: 6,
  },
})
