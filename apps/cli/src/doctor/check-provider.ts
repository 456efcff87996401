import {
  asOutsideError,
  type Clock,
  counted,
  isNameOfPool,
  type OutsideError,
  type Provider,
  Transient,
  withDeadline,
} from '@woodpeckers/autoscaler-core'
import type { PoolConfig } from '../config/config.ts'
import { bad, doubtful, type Finding, good } from './finding.ts'

const DEADLINE_MS = 20_000

/** Whether the cloud answers, with the rights that we have; nothing is made. */
export async function checkProvider(
  provider: Provider,
  { definition: { name }, provider: reference, poolId: pool }: PoolConfig,
  clock: Clock,
): Promise<Finding> {
  const subject = `provider ${name}`
  const late = () => new Transient('no answer within 20s')
  try {
    return await withDeadline(clock, DEADLINE_MS, undefined, late, async (signal) => {
      const said = await provider.check?.({ signal })
      const names = await provider.listDeployedAgentNames({ signal })
      if (!Array.isArray(names)) {
        const what = `answers ${JSON.stringify(names)} instead of a list of names`
        return bad(subject, what, 'mend listDeployedAgentNames of the provider')
      }
      const foreign = names.filter((machine) => !isNameOfPool(machine, pool))
      if (foreign.length > 0) {
        return bad(
          subject,
          `lists ${foreign[0]}, which is not of pool ${pool}`,
          'mend the provider: it may list machines of its own pool only',
        )
      }
      const offerings = provider.standing?.alone ? undefined : await provider.offerings?.({ signal })
      if (offerings?.length === 0) {
        const text = `${said ? `${said}; ` : ''}no machine type can be created`
        // A check of its own refuses types that are withdrawn: what is left is sold out.
        return provider.check ? doubtful(subject, `${text} for now`, TYPES) : bad(subject, text, TYPES)
      }
      const facts = [said ?? `${counted(names.length, 'machine')} of pool ${pool}`, ...lacking(provider)]
      return good(subject, facts.join('; '))
    })
  } catch (thrown) {
    const error = asOutsideError(thrown)
    return bad(subject, error.message, adviceOn(error, reference))
  }
}

const TYPES = 'name other machine types or places; the command offerings lists them'

/** What the autoscaler has to do without. */
function lacking({ catalogue, offerings }: Provider): readonly string[] {
  return catalogue || offerings ? [] : ['it tells no machine types and no prices']
}

/** `reference`: as `--provider` has it, which for a file is not the provider's name. */
export function adviceOn(error: OutsideError, reference: string): string {
  if (error.kind === 'auth')
    return `check the credentials and their rights: woodpecker-autoscaler --provider=${reference} --help`
  if (error.kind === 'rate-limited') return 'wait; something else uses up the calls of this account'
  return `check its settings: woodpecker-autoscaler --provider=${reference} --help`
}
