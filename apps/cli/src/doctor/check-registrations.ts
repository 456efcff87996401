import {
  type CallOptions,
  type CiServer,
  MADE_FROM,
  type PoolPolicy,
  poolOfName,
  registrationDifferences,
} from '@woodpeckers/autoscaler-core'
import { bad, type Finding } from './finding.ts'

/**
 * How agents of the pool that are registered now differ from what its settings promise; nothing is said where they do
 * not, or where an agent says itself that it was made from other settings.
 */
export async function checkRegistrations(
  server: CiServer,
  policy: PoolPolicy,
  call: CallOptions,
): Promise<readonly Finding[]> {
  const reading = await server.readAgents(call).catch(() => undefined)
  const current = (reading?.agents ?? []).filter(({ name, labels, lastContactAt }) => {
    if (poolOfName(name) !== policy.id || !labels || lastContactAt === undefined) return false
    return (labels[MADE_FROM] ?? policy.configuration) === policy.configuration
  })
  const texts = current.flatMap((agent) => registrationDifferences(policy, agent, server.matching))
  return [...new Set(texts)].map((text) =>
    bad(
      'registered agents',
      text,
      'correct the template or image. Agents of earlier settings are no concern once they are replaced',
    ),
  )
}
