import { type Agent, Rejected } from '@woodpeckers/autoscaler-core'
import { until, within } from './deadline.ts'
import { listOwn } from './look-before.ts'
import type { Steps } from './steps.ts'
import { LIMITS, type Traces, type Trial } from './trial.ts'

/** Waits until the machine is listed, then, where there is a server, until its agent connects. */
export async function watchMachine(trial: Trial, traces: Traces, steps: Steps): Promise<void> {
  const { name, clock, stop, waits } = trial
  const limit = { clock, stop, callMs: LIMITS.readMs }
  await steps.run(
    'listed',
    () =>
      until({ ...limit, deadlineMs: waits.listedMs }, async (call) =>
        (await listOwn(trial, call)).includes(name) ? true : undefined,
      ),
    () => 'the provider lists it',
  )
  traces.machine = 'seen'
  const { record } = traces
  if (typeof record === 'string') return
  await steps.run('connected', () => firstContact(trial, record), connectedText)
}

function firstContact({ server, clock, stop, waits }: Trial, { id }: Agent): Promise<Agent> {
  const limit = { clock, stop, callMs: LIMITS.readMs, deadlineMs: waits.connectedMs }
  return until(limit, async (call) => {
    const found = await server?.inspectAgent(id, call)
    if (!found) throw new Rejected('its record is gone from the server: somebody else has deleted it')
    return found.agent.lastContactAt === undefined ? undefined : found.agent
  })
}

function connectedText({ version, labels }: Agent): string {
  const platform = labels?.['platform']
  return `its agent${version ? ` ${version}` : ''}${platform ? ` on ${platform}` : ''} is in contact`
}

/** The end of the machine's console, for one that never connected; no failure of its own. */
export async function consoleTail({ provider, name, clock, stop }: Trial): Promise<readonly string[]> {
  const { console } = provider
  if (!console || stop.aborted) return []
  const limit = { clock, deadlineMs: LIMITS.readMs, stop }
  const text = await within(limit, (call) => console.call(provider, name, call)).catch(() => undefined)
  return (text ?? '').trimEnd().split('\n').slice(-TAIL_LINES).filter(Boolean)
}

const TAIL_LINES = 20
