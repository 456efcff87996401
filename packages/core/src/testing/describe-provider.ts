import { providerTests } from './provider-tests.ts'
import { type ProviderSetup, ProviderUnderTest } from './provider-under-test.ts'

export interface ProviderConformance {
  /** Makes a provider over an empty cloud; called for each test. */
  readonly create: () => ProviderSetup | Promise<ProviderSetup>
  /** Tests by name that do not hold for this provider, each with its reason. */
  readonly skip?: readonly { readonly test: string; readonly because: string }[]
  /** For each test, its cleaning up included. Default: a minute. */
  readonly timeoutMs?: number
}

// vitest is there only where tests are: the fakes beside this file must load without it.
const vitest = process.env['VITEST'] === undefined ? undefined : await import('vitest')

/**
 * The conformance kit: call it at the top of a test file. Each test gets a provider of its own.
 *
 * @throws where a test is to be skipped that there is not, or without a reason, or outside vitest
 */
export function describeProvider(name: string, options: ProviderConformance): void {
  if (!vitest) throw new Error('describeProvider works in test files of vitest only')
  const { describe, it } = vitest
  const reasons = skipReasons(options)
  describe(`${name} as a provider`, () => {
    for (const [title, test] of Object.entries(providerTests)) {
      const because = reasons.get(title)
      if (because !== undefined) {
        it.skip(`${title} (${because})`, () => {})
        continue
      }
      it(title, { timeout: options.timeoutMs ?? 60_000 }, async ({ skip }) => {
        const subject = new ProviderUnderTest(await options.create())
        let saysNothing: string | undefined
        try {
          saysNothing = await test(subject)
        } finally {
          await subject.end()
        }
        if (saysNothing !== undefined) skip(saysNothing)
      })
    }
  })
}

function skipReasons({ skip = [] }: ProviderConformance): ReadonlyMap<string, string> {
  for (const { test, because } of skip) {
    if (!Object.hasOwn(providerTests, test)) throw new Error(`the kit has no test "${test}"`)
    if (because.trim() === '') throw new Error(`"${test}" is to be skipped without a reason`)
  }
  return new Map(skip.map(({ test, because }) => [test, because]))
}
