import { defineConfig } from 'vitest/config'

/** Against moto, which `run.sh` starts. */
export default defineConfig({
  test: {
    include: ['.ci/aws/*.moto.ts'],
    testTimeout: 300_000,
    hookTimeout: 60_000,
    // They wait, most of the time.
    maxWorkers: 4,
  },
})
