import type { Pool, PoolPolicy } from '@woodpeckers/autoscaler-core'
import { type Assembly, assemble } from '../assemble.ts'
import { begin } from '../begin.ts'
import { EXIT, refuse } from '../cli.ts'
import type { Config, PoolConfig } from '../config/config.ts'
import { checkDemands, checkImage, checkUserDataFindings } from '../doctor/check-agent.ts'
import { checkEvents } from '../doctor/check-events.ts'
import { checkGrpc } from '../doctor/check-grpc.ts'
import { checkOrganisation } from '../doctor/check-organisation.ts'
import { adviceOn, checkProvider } from '../doctor/check-provider.ts'
import { checkRegistrations } from '../doctor/check-registrations.ts'
import { checkServer } from '../doctor/check-server.ts'
import { bad, type Finding } from '../doctor/finding.ts'
import { redactor } from '../logs/redact.ts'
import { PartFailed } from '../part-failed.ts'
import { madeFrom } from '../parts/made-from.ts'
import { partName } from '../parts/open-provider.ts'
import { oneLine } from '../terminal/one-line.ts'
import { styleFor } from '../terminal/style.ts'
import { checkUserData } from '../user-data.ts'
import type { CommandContext } from './index.ts'

/** Looks at everything that has to work, a line each, with what to do about what does not. Exit 1 if something does not. */
export async function doctor(context: CommandContext): Promise<number> {
  const beginning = await begin(context, undefined)
  if (!beginning.ok) return refuse(context, beginning.problems)
  const { config, log } = beginning
  const { clock, stdout } = context
  const style = styleFor(stdout, context.env)
  const redact = redactor(config.secrets)
  let allGood = true
  const tell = ({ ok, isDoubtful, subject, text, advice }: Finding) => {
    allGood &&= ok
    const mark = isDoubtful ? style.warning('!') : ok ? style.good('✓') : style.bad('✗')
    stdout.write(redact(`${mark} ${style.title(subject)}: ${oneLine(text)}\n`))
    if (advice) stdout.write(redact(`    ${style.quiet('→')} ${oneLine(advice)}\n`))
  }
  let assembly: Assembly
  try {
    assembly = await assemble(forAllOrganisations(config), context, log)
  } catch (thrown) {
    if (!(thrown instanceof PartFailed)) throw thrown
    tell(bad(thrown.part, thrown.error.message, adviceOn(thrown.error, referenceOf(config, thrown.part))))
    return EXIT.failed
  }
  try {
    const { server, pools } = assembly
    const { signal } = new AbortController()
    const { findings, version } = await checkServer(server, config.server.serverUrl, { signal })
    findings.forEach(tell)
    tell(await checkGrpc(config.server, clock))
    // Without a server there is no stream either: one cause, one line.
    if (findings[0]?.ok) tell(await checkEvents(server, clock))
    for (const [index, open] of pools.entries()) {
      const { provider, pool } = open
      const of = (finding: Finding) => tell(pools.length > 1 ? ofPool(finding, open.config.poolId) : finding)
      if (findings[0]?.ok) (await checkOrganisation(server, config.pools[index]!, { signal })).forEach(of)
      if (findings[0]?.ok)
        (await checkRegistrations(server, promiseOf(pool, config.pools[index]!), { signal })).forEach(of)
      of(await checkProvider(provider, open.config, clock))
      if (provider.usesUserData !== false) {
        checkUserDataFindings(await checkUserData({ ...config.server, ...open.config }, provider)).forEach(of)
        of(checkImage(open.config.agentImage, version))
      }
      checkDemands(pool.agent.labels, version).forEach(of)
    }
    return allGood ? EXIT.ok : EXIT.failed
  } finally {
    await assembly.close()
  }
}

/** An organisation that is not there must not keep all else from being looked at. */
function forAllOrganisations(config: Config): Config {
  return { ...config, pools: config.pools.map((pool) => ({ ...pool, organisation: undefined })) }
}

/** What the settings promise, but for the organisation, which was left out above. */
function promiseOf({ policy }: Pool, settings: PoolConfig): PoolPolicy {
  if (settings.organisation === undefined) return policy
  const { 'org-id': _, ...offer } = policy.offer
  return { ...policy, offer, configuration: madeFrom(settings) }
}

/** With several pools each line says whose it is. */
function ofPool(finding: Finding, pool: string): Finding {
  return { ...finding, subject: `${finding.subject} of pool ${pool}` }
}

/** As the settings name the provider that could not be made. */
function referenceOf({ pools }: Config, part: string): string {
  return (pools.find((pool) => partName(pool) === part) ?? pools[0]!).provider
}
