import { asOutsideError, counted, isPoolId, leavingPool, noOrders } from '@woodpeckers/autoscaler-core'
import { type Assembly, assemble } from '../assemble.ts'
import { begin } from '../begin.ts'
import { EXIT, refuse } from '../cli.ts'
import { giveOrderAbout } from '../client/give-order.ts'
import type { Config, PoolConfig } from '../config/config.ts'
import { createNarrator } from '../logs/narrator.ts'
import { redactor } from '../logs/redact.ts'
import { stopSignals } from '../process/stop-signals.ts'
import { oneLine } from '../terminal/one-line.ts'
import type { CommandContext } from './index.ts'

type Chosen =
  | { readonly ok: true; readonly config: Config; readonly id: string }
  | { readonly ok: false; readonly problem: string }

/**
 * With the name of a machine, or the id of a pool, behind it: tells the running autoscaler to drain and end it. With
 * `--pool`, it does so itself: see `drainHere`.
 */
export async function drain(context: CommandContext): Promise<number> {
  const { operands, switches } = context
  if (operands.length === 0) return drainHere(context)
  for (const flag of ['pool', 'with'] as const) {
    if (switches[flag] === undefined) continue
    const problem = `--${flag} is for a pool that nobody runs any more; drain ${operands[0]} asks the autoscaler that runs`
    return refuse(context, [problem])
  }
  return giveOrderAbout(context, 'drain', 'the name of a machine, or the id of a pool')
}

/**
 * Ends all machines of a pool that nobody runs any more, by the usual safe steps, with the settings of a pool that is
 * at the same cloud; work that runs is waited for. Exit 0 when nothing is left; 1 on
 * failure, or when a signal stopped it (called again, it goes on where it was); 2 for wrong settings.
 */
async function drainHere(context: CommandContext): Promise<number> {
  const { undo, url } = context.switches
  if (undo !== undefined || url !== undefined)
    return refuse(context, [
      'drain what? Say the name of a machine, or the id of a pool: status shows what there is',
    ])
  const beginning = await begin(context, context.stderr)
  if (!beginning.ok) return refuse(context, beginning.problems)
  const { log } = beginning
  const chosen = choose(beginning.config, context.switches['pool'], context.switches['with'])
  if (!chosen.ok) return refuse(context, [chosen.problem])
  const { config, id } = chosen
  const over = new AbortController()
  const stop = stopSignals(context, { first: () => over.abort() })
  let assembly: Assembly | undefined
  let isEmpty = false
  let left: readonly string[] | undefined
  try {
    assembly = await assemble(config, context, log)
    const narrator = createNarrator(log)
    const autoscaler = await context.parts.createAutoscaler({
      ...assembly.options,
      pools: assembly.options.pools.map(leavingPool),
      // Those of the state file are for the pools that run with it.
      orders: noOrders,
      clock: context.clock,
      random: context.random,
      log,
      onTick: (report) => {
        narrator.onTick(report)
        left = report.plan.pools.flatMap(({ members }) => members.map(({ name }) => name))
      },
      onOutcome: narrator.onOutcome,
      onForgotten: () => {
        isEmpty = true
        over.abort()
      },
    })
    context.stderr.write(
      `draining the pool ${id}: what works is waited for; Ctrl-C stops, and may be followed by another drain\n`,
    )
    await autoscaler.run(over.signal)
    if (isEmpty) {
      context.stdout.write(`nothing is left of the pool ${id}\n`)
      return EXIT.ok
    }
    context.stderr.write(`${oneLine(stoppedText(id, left))}\n`)
    return EXIT.failed
  } catch (error) {
    context.stderr.write(`${oneLine(redactor(config.secrets)(asOutsideError(error).message))}\n`)
    return EXIT.failed
  } finally {
    await assembly?.close()
    stop.release()
  }
}

function stoppedText(id: string, left: readonly string[] | undefined): string {
  const again = `run drain --pool ${id} again to go on`
  if (left === undefined) return `stopped before pool ${id} could be read; ${again}`
  return `stopped: ${counted(left.length, 'machine')} of pool ${id} left (${left.join(', ') || 'by the last look'}); ${again}`
}

/** The config with that pool alone, at the cloud of another. */
function choose(config: Config, id: unknown, like: unknown): Chosen {
  const { pools, file } = config
  const ids = pools.map(({ poolId }) => poolId)
  if (typeof id !== 'string' || !isPoolId(id)) {
    const wrong = id === undefined ? 'is missing' : `is ${JSON.stringify(id)}`
    return { ok: false, problem: `--pool ${wrong}; it must be the id of the pool whose machines are to end` }
  }
  if (file && ids.includes(id)) {
    const problem = `--pool is "${id}", which the config file has: take it out of the file, and the program that runs with it drains it`
    return { ok: false, problem }
  }
  const clouds = new Set(pools.map(({ cloud }) => cloud))
  const isClear = like !== undefined || clouds.size === 1
  const base = like === undefined ? pools[0] : pools.find(({ poolId }) => poolId === like)
  if (!base || !isClear) {
    const wrong = like === undefined ? 'is missing' : `is ${JSON.stringify(like)}`
    return { ok: false, problem: `--with ${wrong}; say at whose cloud the pool is: ${ids.join(', ')}` }
  }
  return { ok: true, id, config: { ...config, pools: [withoutStanding({ ...base, poolId: id })] } }
}

/** Machines made by hand are those of the pool whose settings are borrowed: it goes on using them. */
function withoutStanding(pool: PoolConfig): PoolConfig {
  const { providerOptions } = pool
  const named = Array.isArray(providerOptions['instanceId'])
  return { ...pool, agentId: [], providerOptions: { ...providerOptions, ...(named && { instanceId: [] }) } }
}
