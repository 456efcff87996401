import {
  AuthError,
  type CallOptions,
  counted,
  isNameOfPool,
  type Offering,
  UnexpectedAnswer,
} from '@woodpeckers/autoscaler-core'
import { within } from './deadline.ts'
import type { Steps } from './steps.ts'
import { LIMITS, type Trial } from './trial.ts'

export interface FirstLook {
  /** What will be tried first, where the provider has offerings. */
  readonly offering: Offering | undefined
  /** Machines that an earlier test left behind, or that another one has just now. */
  readonly leftovers: readonly string[]
}

/** Asks provider and server all that can be asked before anything is made. */
export async function lookBefore(trial: Trial, steps: Steps): Promise<FirstLook> {
  const { provider, server, pool, clock, stop } = trial
  const limit = { clock, deadlineMs: LIMITS.readMs, stop }
  const { leftovers } = await steps.run(
    'provider',
    () =>
      within(limit, async (call) => {
        const said = await provider.check?.(call)
        return { said, leftovers: await listOwn(trial, call) }
      }),
    ({ said, leftovers }) => said ?? `answers; ${counted(leftovers.length, 'machine')} of pool ${pool}`,
  )
  const offerings = await within(limit, async (call) => (await provider.offerings?.(call)) ?? [])
  if (server) {
    await steps.run(
      'server',
      () =>
        within(limit, async (call) => {
          const found = await server.check(call)
          if (found.admin) return found
          throw new AuthError(`the token is that of ${found.user || 'nobody'}, who is no admin of the server`)
        }),
      ({ version, user }) => `Woodpecker ${version}, ${user} is an admin`,
    )
  }
  return { offering: offerings[0], leftovers }
}

/** Names of the test's pool in the provider's list. */
export async function listOwn({ provider, pool }: Trial, call: CallOptions): Promise<readonly string[]> {
  const names: unknown = await provider.listDeployedAgentNames(call)
  // Types do not reach a provider written in JavaScript.
  if (!Array.isArray(names))
    throw new UnexpectedAnswer('the provider answered something that is no list of names')
  return names.filter((name) => typeof name === 'string' && isNameOfPool(name, pool))
}
