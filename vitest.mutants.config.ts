import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { type Mutant, withBug } from './packages/simulator/src/mutants/mutant.ts'

/** The bug that is put into the source as it is loaded; see packages/simulator/src/mutants. */
// biome-ignore lint/suspicious/noUndeclaredEnvVars: no task that turbo runs reads it
const mutant = JSON.parse(process.env['MUTANT'] ?? 'null') as Mutant | null
const buggy = mutant && fileURLToPath(new URL(`packages/${mutant.file}`, import.meta.url))

export default defineConfig({
  plugins: [
    {
      name: 'mutant',
      enforce: 'pre',
      transform: (code, id) => (mutant && id.split('?')[0] === buggy ? withBug(code, mutant) : undefined),
    },
  ],
  test: {
    include: ['packages/{core,woodpecker}/src/**/*.test.ts'],
    // Storms are what the simulated worlds are for: they were asked before.
    exclude: ['**/*storms.test.ts'],
    testTimeout: 20_000,
    // It is kept by the text of the file, and would serve a bug to the runs of others.
    fsModuleCache: false,
  },
})
