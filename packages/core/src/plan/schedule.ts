import { Cron } from 'croner'
import type { Buffer, PoolPolicy, Schedule } from '../model/pool.ts'
import { teardownMarginMs } from './billing.ts'

/**
 * The pool with what its schedules say about this moment; of several the last one counts. A machine that is paid by the
 * hour is not kept for a need that ends as soon as its next hour has begun: what a schedule keeps counts less before its end.
 */
export function policyAt(pool: PoolPolicy, at: number): PoolPolicy {
  if (pool.schedules.length === 0) return pool
  const now = scheduled(pool, at)
  if (pool.billing !== 'hour') return now
  const soon = scheduled(pool, at + 2 * teardownMarginMs(pool))
  return { ...now, min: Math.min(now.min, soon.min), buffer: lesser(now.buffer, soon.buffer) }
}

function scheduled(pool: PoolPolicy, at: number): PoolPolicy {
  let { min, max, buffer } = pool
  for (const schedule of pool.schedules) {
    if (!isActive(schedule, at)) continue
    min = schedule.min ?? min
    max = schedule.max ?? max
    buffer = schedule.buffer ?? buffer
  }
  return { ...pool, min: Math.min(min, max), max, buffer }
}

/** Of slots and a share nobody can say which is less: where it ends in none, none is kept. */
function lesser(now: Buffer, soon: Buffer): Buffer {
  const amountOf = (buffer: Buffer): number => ('slots' in buffer ? buffer.slots : buffer.share)
  const isLess = 'slots' in now === 'slots' in soon ? amountOf(soon) < amountOf(now) : amountOf(soon) === 0
  return isLess ? soon : now
}

/** Whether one of its times lies less than its duration back. */
function isActive({ cron, timeZone, forMs }: Schedule, at: number): boolean {
  const next = cronOf(cron, timeZone).nextRun(new Date(at - forMs))
  return next !== null && next.getTime() <= at
}

const known = new Map<string, Cron>()

function cronOf(expression: string, timeZone: string): Cron {
  const key = `${timeZone} ${expression}`
  const cron = known.get(key) ?? new Cron(expression, { timezone: timeZone, paused: true })
  known.set(key, cron)
  return cron
}

/** Why nobody can keep to the schedule, or nothing. */
export function scheduleProblem(
  { cron, timeZone }: Pick<Schedule, 'cron' | 'timeZone'>,
  at: number,
): string | undefined {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
  } catch {
    return `${JSON.stringify(timeZone)} is no time zone; write it like Europe/Berlin, or UTC`
  }
  try {
    const next = cronOf(cron, timeZone).nextRun(new Date(at))
    return next === null ? `${JSON.stringify(cron)} never comes` : undefined
  } catch (error) {
    return `${JSON.stringify(cron)} is no cron expression: ${(error as Error).message.replace(/^CronPattern: /, '')}`
  }
}
