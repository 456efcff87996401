import { announcement } from './announcement.ts'
import { cleanUp } from './clean-up.ts'
import type { Left } from './left.ts'
import { type FirstLook, lookBefore } from './look-before.ts'
import { makeMachine } from './make-machine.ts'
import type { Steps } from './steps.ts'
import type { Traces, Trial } from './trial.ts'
import { consoleTail, watchMachine } from './watch-machine.ts'

/** What came of a test. */
export interface TrialResult {
  /** Every step went well, and nothing is left. */
  readonly ok: boolean
  readonly look: FirstLook | undefined
  readonly left: readonly Left[]
}

/** Looks, makes a machine, watches it and removes it; whatever happens in between, the last is done. */
export async function runTrial(trial: Trial, traces: Traces, steps: Steps): Promise<TrialResult> {
  let look: FirstLook | undefined
  let isWell = false
  try {
    look = await lookBefore(trial, steps)
    trial.stop.throwIfAborted()
    steps.say(announcement(trial, look))
    await makeMachine(trial, traces, steps)
    await watchMachine(trial, traces, steps)
    isWell = true
  } catch (thrown) {
    // What a step throws is shown by it; what comes between two of them is not.
    if (!steps.hasShown(thrown)) steps.say(`✗ ${thrown instanceof Error ? thrown.message : String(thrown)}`)
    if (traces.machine === 'seen') await showConsole(trial, steps)
  }
  const left = await cleanUp(trial, traces, steps)
  return { ok: isWell && left.length === 0, look, left }
}

async function showConsole(trial: Trial, steps: Steps): Promise<void> {
  const lines = await consoleTail(trial)
  if (lines.length === 0) return
  steps.say(['The end of its console:', ...lines.map((line) => `    ${line}`)].join('\n'))
}
