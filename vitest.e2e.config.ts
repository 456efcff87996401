import { defineConfig } from 'vitest/config'

/** Real processes and real clocks: minutes, so not a part of `pnpm test`. */
const test = { testTimeout: 900_000, hookTimeout: 60_000, maxConcurrency: 6 }

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...test,
          name: 'e2e',
          include: ['e2e/**/*.e2e.ts'],
          exclude: ['e2e/soak.e2e.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      // By itself, after the others: it keeps the computer busy.
      { test: { ...test, name: 'soak', include: ['e2e/soak.e2e.ts'], sequence: { groupOrder: 1 } } },
    ],
  },
})
