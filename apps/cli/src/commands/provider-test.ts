import {
  asOutsideError,
  type CiServer,
  createShare,
  newAgentName,
  type Provider,
} from '@woodpeckers/autoscaler-core'
import { begin } from '../begin.ts'
import { EXIT, refuse } from '../cli.ts'
import { choosePool } from '../config/choose-pool.ts'
import { redactor } from '../logs/redact.ts'
import { agentScope } from '../parts/agent-scope.ts'
import { agentSettings } from '../parts/agent-settings.ts'
import { closeAll } from '../parts/close-all.ts'
import { openProvider } from '../parts/open-provider.ts'
import { openServer } from '../parts/open-server.ts'
import { stopSignals } from '../process/stop-signals.ts'
import { type Left, leftText, mayBeLeft } from '../provider-test/left.ts'
import { runTrial, type TrialResult } from '../provider-test/run-trial.ts'
import { besideSteps, Steps } from '../provider-test/steps.ts'
import { testPool } from '../provider-test/test-pool.ts'
import type { Traces, Trial } from '../provider-test/trial.ts'
import { trialToJson } from '../provider-test/trial-json.ts'
import { oneLine } from '../terminal/one-line.ts'
import { styleFor } from '../terminal/style.ts'
import type { CommandContext } from './index.ts'

/**
 * Makes one real machine in a pool of its own, waits until its agent connects, removes both, and shows how
 * long each step took. Whatever goes wrong, and at Ctrl-C or SIGTERM, it cleans up. Exit 0 when every step
 * went well and nothing is left, else 1; 2 for wrong settings.
 */
export async function providerTest(context: CommandContext): Promise<number> {
  const { clock, stdout, stderr, switches } = context
  const waits = switches['wait'] !== false
  // Standard output belongs to the JSON.
  const screen = switches['json'] === true ? stderr : stdout
  // The secret of the agent comes later.
  const secrets: string[] = []
  const redact = (text: string) => redactor(secrets)(text)
  const beginning = await begin(context, besideSteps(stderr, redact), waits ? 'server' : 'provider-alone')
  if (!beginning.ok) return refuse(context, beginning.problems)
  const { config, log } = beginning
  const chosen = choosePool(config, switches['pool'])
  if (!chosen.ok) return refuse(context, [chosen.problem])
  const { definition } = chosen.pool
  secrets.push(...config.secrets)
  const steps = new Steps({ clock, output: screen, style: styleFor(screen, context.env), redact })
  const pool = testPool(chosen.pool.poolId)
  const name = newAgentName(pool, context.random)
  const traces: Traces = { record: 'none', machine: 'none' }
  const where = { definition, serverUrl: config.server.serverUrl }
  const tellLeft = (left: Left) => stderr.write(`${oneLine(redact(leftText(left, name, where)))}\n`)
  const stop = stopSignals(context, {
    first: () => steps.say('Stopping: what was made is removed. Once more to stop at once'),
    second: () => mayBeLeft(traces).forEach(tellLeft),
    atHangUp: true,
  })
  const opened: (CiServer | Provider)[] = []
  const keep = <Part extends CiServer | Provider>(part: Part): Part => {
    opened.push(part)
    return part
  }
  try {
    const server = waits ? keep(await openServer(config.server, context, log)) : undefined
    const scope = server && (await agentScope(chosen.pool, server))
    const around = { ...context, log, share: createShare() }
    const provider = keep(await openProvider(chosen.pool, around, pool))
    const trial: Trial = {
      name,
      pool,
      server,
      provider,
      agent: { ...(await agentSettings(chosen.pool, provider, log)), ...(scope && { scope: scope.id }) },
      slots: chosen.pool.workflowsPerAgent,
      clock,
      stop: stop.signal,
      waits: { listedMs: config.process.listLag, connectedMs: chosen.pool.agentInactivityTimeout },
      onSecrets: (more) => void secrets.push(...more),
    }
    const result = await runTrial(trial, traces, steps)
    steps.say(conclusion(result, stop.signal.aborted))
    result.left.forEach(tellLeft)
    if (switches['json'] === true) {
      const json = trialToJson(trial, definition.name, result, steps.done)
      stdout.write(redact(`${JSON.stringify(json, undefined, 2)}\n`))
    }
    return result.ok ? EXIT.ok : EXIT.failed
  } catch (error) {
    stderr.write(`${oneLine(redact(asOutsideError(error).message))}\n`)
    return EXIT.failed
  } finally {
    await closeAll(opened, clock)
    stop.release()
  }
}

function conclusion({ ok, left }: TrialResult, stopped: boolean): string {
  const what = ok ? 'It works' : stopped ? 'Stopped' : 'It does not work'
  return `\n${what}; ${left.length === 0 ? 'nothing is left' : 'not everything could be removed'}`
}
