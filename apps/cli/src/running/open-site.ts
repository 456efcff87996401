import { type Autoscaler, noOrders } from '@woodpeckers/autoscaler-core'
import { Observer } from '@woodpeckers/autoscaler-observer'
import type { Metrics } from '@woodpeckers/autoscaler-observer/metrics'
import type { Assembly } from '../assemble.ts'
import { type Beginning, decide } from '../begin.ts'
import type { CommandContext } from '../commands/index.ts'
import { createNarrator } from '../logs/narrator.ts'
import { Reloader } from '../reload/reloader.ts'
import { tellStrays } from '../reload/strays.ts'
import { keepEvents, openState, toucher } from './files-of-site.ts'
import { LogLevelSwitch } from './log-level.ts'
import { OrderBook } from './order-book.ts'
import { serveSite } from './serve-site.ts'

/** The engine with all that follows its ticks: log, page, files, and the config file that may change. */
export interface RunningSite {
  readonly autoscaler: Autoscaler
  /** Where page, metrics and API are; `undefined`: nowhere. */
  readonly url: string | undefined
  /** Frees what came with changes of the file, and writes what is not written yet. */
  close(): Promise<void>
}

/**
 * Makes the engine; nothing runs yet.
 *
 * @throws ListenFailed where somebody said where to listen, and that does not work
 */
export async function openSite(
  { config, log, hide, redact }: Extract<Beginning, { ok: true }>,
  assembly: Assembly,
  context: CommandContext,
  metrics: Metrics | undefined,
): Promise<RunningSite> {
  const { clock } = context
  const narrator = createNarrator(log)
  const touch = toucher(config.process, context, log)
  const state = openState(config.process, assembly.state, context, log, ({ orders: given }) => {
    if (given) orders.adopt(given)
  })
  const observer = new Observer({ clock, log, hide: redact })
  const levels = new LogLevelSwitch(log)
  let lookedAt = clock.monotonic()
  let { intervalMs } = assembly.options
  let reloader: Reloader | undefined
  const told = { strays: false }
  const ids = () => reloader?.ids ?? config.pools.map(({ poolId }) => poolId)
  const autoscaler = await context.parts.createAutoscaler({
    ...assembly.options,
    clock,
    random: context.random,
    log,
    onTick: (report) => {
      lookedAt = clock.monotonic()
      touch()
      const { trials, cordonedByOthers } = report.input.memory
      state?.keep({ spent: report.spent, trials, cordonedByOthers })
      narrator.onTick(report)
      told.strays ||= tellStrays(report, ids(), log)
      observer.onTick(report)
      metrics?.onTick(report)
      orders.onTick(report)
      reloader?.look()
    },
    onOutcome: (outcome) => {
      narrator.onOutcome(outcome)
      observer.onOutcome(outcome)
      metrics?.onOutcome(outcome)
    },
    onForgotten: (pool) => reloader?.forgotten(pool),
  })
  const orders = new OrderBook({
    orders: assembly.options.orders ?? noOrders,
    pools: ids,
    order: (given) => autoscaler.order(given),
    keep: (given) => (!state ? 'no-file' : state.keepNow({ orders: given }) ? 'kept' : 'not-written'),
    onGiven: ({ text, about }) => observer.onOrder(text, about),
    log,
  })
  const http = await serveSite({
    settings: config.process,
    sight: {
      observer,
      lookedAt: () => lookedAt,
      metrics: async () => ({
        type: metrics?.contentType ?? 'text/plain',
        text: (await metrics?.text()) ?? '',
      }),
      hide: redact,
    },
    control: {
      give: (order) => orders.give(order),
      wake: () => autoscaler.wake(),
      get logLevel() {
        return levels.level
      },
      setLogLevel: (level, by) => levels.set(level, by),
    },
    intervalMs: () => intervalMs,
    clock,
    log,
  })
  const events = await keepEvents(config.process, observer, context, log)
  const releaseToggle = context.onToggle?.(() => levels.toggle())
  const closeAround = async () => {
    releaseToggle?.()
    await http?.close()
    observer.onProcess('the autoscaler has ended')
    await events?.close()
    state?.flush()
  }
  observer.onProcess('the autoscaler has started')
  const around = { autoscaler, url: http?.url }
  if (!config.file) {
    // Unheard, it would end the process.
    const unhook = context.onHangUp(() =>
      log.warn(
        {},
        'SIGHUP: there is no config file to read again; flags and environment are read at the start alone',
      ),
    )
    return {
      ...around,
      close: async () => {
        unhook()
        await closeAround()
      },
    }
  }
  const watching = new Reloader({
    config,
    file: config.file,
    assembly,
    autoscaler,
    surroundings: context,
    log,
    hide,
    decide: () => decide(context),
    onTaken: ({ process }) => {
      told.strays = false
      intervalMs = process.reconciliationInterval
      observer.onProcess('took the changed config file')
    },
  })
  reloader = watching
  const release = context.onHangUp(() => watching.now())
  return {
    ...around,
    close: async () => {
      release()
      await watching.close()
      await closeAround()
    },
  }
}
