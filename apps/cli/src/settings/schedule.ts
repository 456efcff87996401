import { duration, type Schedule, scheduleProblem } from '@woodpeckers/autoscaler-core'
import { z } from 'zod'
import { buffer } from './buffer.ts'

const MINUTE = '1m'

const FIELDS =
  'must be five fields, like "0 8 * * 1-5": minute, hour, day, month, day of the week; or six, with seconds in front'

/** A seventh would be a year, and the schedule soon one that never comes again. `@daily` and the like are short for five. */
function hasFields(cron: string): boolean {
  const fields = cron.trim().split(/\s+/)
  return fields.length === 5 || fields.length === 6 || (fields.length === 1 && cron.startsWith('@'))
}

/** One entry of `schedules`, as the file has it. */
export const scheduleSchema: z.ZodType<Schedule> = z
  .strictObject({
    cron: z
      .string()
      .describe('When it begins: minute, hour, day, month, day of the week, like "0 8 * * 1-5" (quoted)'),
    timeZone: z.string().default('UTC').describe('Whose clocks, like Europe/Berlin; summer time is heeded'),
    for: duration()
      .refine((ms) => ms >= 1_000, 'must be at least 1s')
      .prefault(MINUTE)
      .describe('How long; without it, the minutes that the expression names: "* 8-18 * * 1-5"'),
    min: z.int().min(0).optional().describe('Agents kept meanwhile'),
    max: z.int().min(0).optional().describe('Agents at most meanwhile'),
    buffer: buffer().optional().describe('Free slots kept meanwhile'),
  })
  .superRefine((schedule, context) => {
    if (!hasFields(schedule.cron)) {
      context.addIssue({ code: 'custom', path: ['cron'], message: FIELDS })
      return
    }
    const problem = scheduleProblem(schedule, 0)
    const path = problem?.includes('time zone') ? 'timeZone' : 'cron'
    if (problem) context.addIssue({ code: 'custom', path: [path], message: `is wrong: ${problem}` })
    const { min, max } = schedule
    if (min === undefined && max === undefined && schedule.buffer === undefined)
      context.addIssue('must have at least one of min, max, buffer')
    if (min !== undefined && max !== undefined && min > max)
      context.addIssue({ code: 'custom', path: ['min'], message: `must be at most max, which is ${max}` })
  })
  .transform(({ for: forMs, min, max, buffer: free, ...rest }) => ({
    ...rest,
    forMs,
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(free !== undefined && { buffer: free }),
  }))
