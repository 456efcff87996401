import type { Violation } from '../checks/verdict.ts'
import { runScenario } from '../run-scenario.ts'
import type { Scenario } from '../scenario/scenario.ts'

export interface ShrinkOptions {
  /** Called with each smaller world that still breaks the promise. */
  readonly onProgress?: (scenario: Scenario) => void
}

/**
 * Makes a world that breaks a promise as small as it can: fewer faults, fewer jobs, fewer pools, less time, as long
 * as the same promise is broken.
 */
export async function shrink(
  scenario: Scenario,
  { promise }: Violation,
  { onProgress = () => {} }: ShrinkOptions = {},
): Promise<Scenario> {
  const stillBreaks = async (smaller: Scenario) => {
    const { violations } = await runScenario(smaller)
    return violations.some((violation) => violation.promise === promise)
  }
  let best = scenario
  const attempt = async (smaller: Scenario): Promise<boolean> => {
    if (!(await stillBreaks(smaller))) return false
    best = smaller
    onProgress(smaller)
    return true
  }
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false
    for (const key of ['mishaps', 'weather', 'arrivals', 'orders', 'pools'] as const) {
      if (await shrinkList(best, key, attempt, () => best)) isSmaller = true
    }
    if (await shrinkJobs(best, attempt, () => best)) isSmaller = true
    if (best.stormMs > 60_000 && (await attempt({ ...best, stormMs: lastMoment(best) }))) isSmaller = true
  }
  return best
}

type Attempt = (smaller: Scenario) => Promise<boolean>

/** Leaves out halves, then quarters … then single ones. */
async function shrinkList(
  from: Scenario,
  key: 'mishaps' | 'weather' | 'arrivals' | 'orders' | 'pools',
  attempt: Attempt,
  best: () => Scenario,
): Promise<boolean> {
  let isSmaller = false
  for (
    let size = Math.ceil((from[key] ?? []).length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let at = 0; at < (best()[key] ?? []).length; ) {
      const list: readonly unknown[] = best()[key] ?? []
      const rest = [...list.slice(0, at), ...list.slice(at + size)]
      const isAllowed = key !== 'pools' || rest.length > 0
      if (isAllowed && (await attempt({ ...best(), [key]: rest }))) isSmaller = true
      else at += size
    }
  }
  return isSmaller
}

/** A pipeline with fewer jobs. */
async function shrinkJobs(from: Scenario, attempt: Attempt, best: () => Scenario): Promise<boolean> {
  let isSmaller = false
  for (const at of from.arrivals.keys()) {
    for (;;) {
      const arrival = best().arrivals[at]
      if (!arrival || arrival.jobs.length <= 1) break
      const fewer = { ...arrival, jobs: arrival.jobs.slice(0, Math.floor(arrival.jobs.length / 2)) }
      if (!(await attempt({ ...best(), arrivals: best().arrivals.with(at, fewer) }))) break
      isSmaller = true
    }
  }
  return isSmaller
}

/** When the last thing happens, and five minutes. */
function lastMoment({ arrivals, mishaps, weather, stormMs }: Scenario): number {
  const moments = [
    ...arrivals.map(({ atMs }) => atMs),
    ...mishaps.map(({ atMs }) => atMs),
    ...weather.map(({ fromMs, forMs }) => fromMs + forMs),
  ]
  return Math.min(stormMs - 1, Math.max(0, ...moments) + 300_000)
}
