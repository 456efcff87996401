import { type Buffer, duration, type Money, type ShrinkRank } from '@woodpeckers/autoscaler-core'
import { z } from 'zod'
import { buffer } from './buffer.ts'
import { money } from './money.ts'

const group = 'Policy'

/** When and how a pool grows and shrinks, all decided. Durations in milliseconds. */
export interface PolicySettings {
  readonly mode: 'reused' | 'ephemeral'
  readonly priority: number
  readonly buffer: Buffer
  readonly prewarm: boolean
  readonly scaleUpDelay: number
  /** `undefined`: as many as are needed. */
  readonly batch?: number | undefined
  readonly shrinkOrder: readonly ShrinkRank[]
  readonly packing: boolean
  readonly maxAge?: number | undefined
  readonly replaceDrifted: boolean
  readonly machineLabel?: string | undefined
  readonly failingAfter: number
  readonly bootAllowance: number
}

export const policyShape: { readonly [Key in keyof PolicySettings]-?: z.ZodType<PolicySettings[Key]> } = {
  mode: z
    .enum(['reused', 'ephemeral'])
    .default('reused')
    .describe('ephemeral: each machine serves one task, and is ended after it')
    .meta({ placeholder: 'reused|ephemeral', group }),
  priority: z
    .int()
    .default(0)
    .describe('Of pools that could serve a task the one with the higher priority is asked first')
    .meta({ group }),
  buffer: buffer()
    .prefault('0')
    .describe('Slots kept free beyond what tasks need: a number, or a share of the busy ones like 20%')
    .meta({ defaultText: '0', group }),
  prewarm: z
    .boolean()
    .default(false)
    .describe('Whether machines are made for tasks already while the last ones that they wait on run')
    .meta({ group }),
  scaleUpDelay: duration()
    .prefault('0s')
    .describe('A task waits so long for a free slot before a machine is made for it')
    .meta({ group }),
  batch: z
    .int()
    .min(1)
    .optional()
    .describe('Machines made at once at most')
    .meta({ defaultText: 'as many as are needed', group }),
  shrinkOrder: z
    .array(z.enum(['idlest', 'dearest', 'oldest']))
    .default(['idlest', 'dearest', 'oldest'])
    .describe('Which agent goes first, by what comes first: idlest, dearest, oldest')
    .meta({ placeholder: 'order', group }),
  packing: z
    .boolean()
    .default(false)
    .describe('Whether a half-busy agent is drained when the others have room for what it could take')
    .meta({ group }),
  maxAge: duration()
    .refine((ms) => ms >= 600_000, 'must be at least 10m')
    .optional()
    .describe('A machine as old is replaced; up to a tenth later, so that they do not go all at once')
    .meta({ defaultText: 'never', group }),
  replaceDrifted: z
    .boolean()
    .default(true)
    .describe('Whether machines that were made with other settings are replaced, a few at a time')
    .meta({ group }),
  machineLabel: z
    .string()
    .regex(/^[^\s,=!]+$/, 'must be the key of a label, like machine')
    .optional()
    .describe('Label by which a task may choose the machine type among those of the pool, like machine')
    .meta({ placeholder: 'key', defaultText: 'none', group }),
  failingAfter: z
    .int()
    .min(0)
    .default(5)
    .describe("An agent whose last so many tasks failed within seconds, while others' did not, is given up")
    .meta({ group }),
  bootAllowance: duration()
    .prefault('3m')
    .describe(
      'Until boots of the pool have been measured: how long a task waits for a running machine to connect before another is created',
    )
    .meta({ group }),
}

const limits = 'Limits of all pools'

/** What all pools together may have and cost, all decided. */
export interface LimitSettings {
  readonly maxMachines?: number | undefined
  readonly maxHourlyCost?: Money | undefined
  readonly maxSpendPerDay?: Money | undefined
  readonly maxSpendPerMonth?: Money | undefined
  readonly stateFile?: string | undefined
}

const unlimited = 'unlimited'

export const limitShape: { readonly [Key in keyof LimitSettings]-?: z.ZodType<LimitSettings[Key]> } = {
  maxMachines: z
    .int()
    .min(0)
    .optional()
    .describe('Machines of all pools together at most')
    .meta({ defaultText: unlimited, group: limits }),
  maxHourlyCost: money()
    .optional()
    .describe('What all machines together may cost by the hour, like 6 EUR')
    .meta({ defaultText: unlimited, group: limits }),
  maxSpendPerDay: money()
    .optional()
    .describe('When so much is spent in a day (by UTC), no machine is made any more; those there go on')
    .meta({ defaultText: unlimited, group: limits }),
  maxSpendPerMonth: money()
    .optional()
    .describe('The same for a month')
    .meta({ defaultText: unlimited, group: limits }),
  stateFile: z
    .string()
    .min(1)
    .optional()
    .describe(
      'File that keeps what was spent, manual orders, what launches have shown and which agents someone else cordoned, over a restart',
    )
    .meta({ placeholder: 'path', group: limits }),
}

/** What these settings say of each other; messages name them as flags. */
export function checkPolicy(
  { mode, stoppedMax }: PolicySettings & { readonly stoppedMax: number },
  context: z.RefinementCtx,
): void {
  if (mode !== 'ephemeral' || stoppedMax === 0) return
  const message = 'must be 0 where --mode is ephemeral: strangers would share a disk'
  context.addIssue({ code: 'custom', path: ['stoppedMax'], message })
}

export function checkLimits(limits: LimitSettings, context: z.RefinementCtx): void {
  const caps = (['maxHourlyCost', 'maxSpendPerDay', 'maxSpendPerMonth'] as const).flatMap((key) => {
    const cap = limits[key]
    return cap ? [{ key, currency: cap.currency }] : []
  })
  const [first, ...others] = caps
  for (const { key, currency } of others) {
    if (currency === first?.currency) continue
    const message = `must be in ${first?.currency}, as the other limits: currencies cannot be compared`
    context.addIssue({ code: 'custom', path: [key], message })
  }
}
