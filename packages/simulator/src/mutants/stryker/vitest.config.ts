import { defineConfig, type ViteUserConfig } from 'vitest/config'
import type { TestSpecification } from 'vitest/node'
import { BaseSequencer } from 'vitest/node'

/** Files whose tests take seconds each: whoever can be seen by others is seen sooner. */
const LAST = /left-alone|never-connect|broken-pool/

/** Rules and memory first, in milliseconds; then the engine: the first test that fails ends the run. */
class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number =>
      LAST.test(moduleId) ? 2 : moduleId.includes('/engine/') ? 1 : 0
    return files.toSorted((a, b) => rank(a) - rank(b) || (a.moduleId < b.moduleId ? -1 : 1))
  }
}

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['packages/core/src/{plan,memory,evidence,engine}/**/*.test.ts'],
    // They take half a minute each time, and see what the others see.
    exclude: ['**/*storms.test.ts', '**/backing-off.test.ts'],
    testTimeout: 20_000,
    // No test leaves anything behind, and to load all anew for each file takes longer than the tests do.
    isolate: false,
    sequence: { sequencer: QuickFirst },
  },
})

export default config
