import { type Agent, asOutsideError, Transient } from '@woodpeckers/autoscaler-core'
import { until } from './deadline.ts'
import type { Left } from './left.ts'
import { listOwn } from './look-before.ts'
import type { Steps } from './steps.ts'
import { LIMITS, type Traces, type Trial } from './trial.ts'

/**
 * Removes what there may be, whatever has failed before: the record first, as the server then protects work
 * that has begun against all odds, then the machine. It is not cut off by a stop. Answers what is left.
 */
export async function cleanUp(trial: Trial, traces: Traces, steps: Steps): Promise<readonly Left[]> {
  const left: Left[] = []
  const attempt = async (what: Left['what'], work: () => Promise<unknown>) => {
    try {
      await work()
    } catch (thrown) {
      left.push({ what, why: asOutsideError(thrown).message })
    }
  }
  const busy = { isSo: false }
  if (traces.record !== 'none') {
    await attempt('record', async () => {
      await steps.run('forgotten', () => removeRecord(trial, traces, busy), recordText)
      traces.record = 'none'
    })
  }
  if (busy.isSo) return [...left, { what: 'machine', why: 'it stays, as its agent has work' }]
  if (traces.machine !== 'none') {
    await attempt('machine', async () => {
      await steps.run(
        'removed',
        () => removeMachine(trial),
        () => 'the provider has ended it',
      )
      await steps.run(
        'gone',
        () => confirmGone(trial, traces),
        () => 'the provider does not list it',
      )
      traces.machine = 'none'
    })
  }
  return left
}

function recordText(count: number): string {
  return count === 0 ? 'the server has no record of it' : 'its record is deleted'
}

/** Answers how many there were. */
async function removeRecord(trial: Trial, { record }: Traces, busy: { isSo: boolean }): Promise<number> {
  const { server, clock, name } = trial
  const limit = { clock, deadlineMs: LIMITS.recordMs, callMs: LIMITS.readMs }
  const records =
    typeof record === 'string'
      ? await until(limit, async (call) => {
          const { agents } = await server!.readAgents(call)
          return agents.filter((agent) => agent.name === name)
        })
      : [record]
  for (const agent of records) await until(limit, async (call) => deleteOne(agent, call.signal))
  return records.length

  async function deleteOne(agent: Agent, signal: AbortSignal): Promise<true> {
    busy.isSo = (await server!.deleteAgent(agent, { signal })) === 'busy'
    if (busy.isSo) throw new Transient('the server says that it has running tasks')
    return true
  }
}

async function removeMachine({ provider, name, clock }: Trial): Promise<void> {
  const limit = { clock, deadlineMs: LIMITS.removeMs, callMs: LIMITS.removeMs }
  await until(limit, async (call) => {
    await provider.removeAgent(name, call)
    return true
  })
}

/**
 * Waits for a list without it. One that was never seen may still appear, where it is not sure that it was
 * made at all; then it is removed once more.
 */
async function confirmGone(trial: Trial, traces: Traces): Promise<void> {
  const { provider, clock, name, waits } = trial
  const mayAppearMs = traces.machine === 'unsure' ? waits.listedMs : 0
  const watchUntil = clock.monotonic() + mayAppearMs
  const limit = { clock, deadlineMs: mayAppearMs + LIMITS.goneMs, callMs: LIMITS.removeMs }
  await until(limit, async (call) => {
    const isThere = (await listOwn(trial, call)).includes(name)
    if (isThere && traces.machine !== 'seen') {
      await provider.removeAgent(name, call)
      traces.machine = 'seen'
    }
    return !isThere && (traces.machine === 'seen' || clock.monotonic() >= watchUntil) ? true : undefined
  })
}
