import { type Clock, type Provider, Rejected, Transient, withDeadline } from '@woodpeckers/autoscaler-core'
import { PartFailed } from '../part-failed.ts'

const DEADLINE_MS = 30_000

/**
 * A pool whose machines another account has would leave them behind, and take their agents for lost: so the
 * provider with the new settings must list every machine that the one with the old settings lists.
 *
 * @throws PartFailed where it does not, or where either cannot be asked
 */
export async function checkSameMachines(
  pool: string,
  before: Provider,
  after: Provider,
  clock: Clock,
): Promise<void> {
  const late = () => new Transient('no answer within 30s')
  const list = (provider: Provider) =>
    withDeadline(clock, DEADLINE_MS, undefined, late, async (signal) =>
      provider.listDeployedAgentNames({ signal }),
    )
  try {
    const there = await list(before)
    const seen = new Set(await list(after))
    let missing = there.filter((name) => !seen.has(name))
    if (missing.length > 0) {
      // One that ended in between is in neither.
      const still = new Set(await list(before))
      missing = missing.filter((name) => still.has(name))
    }
    const [first] = missing
    if (first === undefined) return
    throw new Rejected(
      `with its new settings its machine ${first} is not to be seen: give a pool in another account another id`,
    )
  } catch (thrown) {
    throw new PartFailed(`pool ${pool}`, thrown)
  }
}
