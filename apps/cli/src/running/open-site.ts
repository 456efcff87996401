import { resolve } from 'node:path'
import type { Autoscaler, Log } from '@woodpeckers/autoscaler-core'
import type { Assembly } from '../assemble.ts'
import { type Beginning, decide } from '../begin.ts'
import type { CommandContext } from '../commands/index.ts'
import type { Config } from '../config/config.ts'
import { createNarrator } from '../logs/narrator.ts'
import { healthFile } from '../process/health-file.ts'
import { StateFile } from '../process/state-file.ts'
import { Reloader } from '../reload/reloader.ts'
import { tellStrays } from '../reload/strays.ts'

/** The engine with all that follows its ticks: log, health file, and the config file that may change. */
export interface RunningSite {
  readonly autoscaler: Autoscaler
  /** Frees what came with changes of the file. */
  close(): Promise<void>
}

/** Makes the engine; nothing runs yet. */
export async function openSite(
  { config, log, hide }: Extract<Beginning, { ok: true }>,
  assembly: Assembly,
  context: CommandContext,
): Promise<RunningSite> {
  const narrator = createNarrator(log)
  const touch = toucher(config, context, log)
  const state = openState(config, context, log)
  let reloader: Reloader | undefined
  const told = { strays: false }
  const ids = () => reloader?.ids ?? config.pools.map(({ poolId }) => poolId)
  const autoscaler = await context.parts.createAutoscaler({
    ...assembly.options,
    clock: context.clock,
    random: context.random,
    log,
    onTick: (report) => {
      touch()
      state?.keep(report.spent)
      narrator.onTick(report)
      told.strays ||= tellStrays(report, ids(), log)
      reloader?.look()
    },
    onOutcome: narrator.onOutcome,
    onForgotten: (pool) => reloader?.forgotten(pool),
  })
  if (!config.file) return { autoscaler, close: async () => state?.flush() }
  const watching = new Reloader({
    config,
    file: config.file,
    assembly,
    autoscaler,
    surroundings: context,
    log,
    hide,
    decide: () => decide(context),
    onTaken: () => {
      told.strays = false
    },
  })
  reloader = watching
  const release = context.onHangUp(() => watching.now())
  return {
    autoscaler,
    close: async () => {
      release()
      await watching.close()
      state?.flush()
    },
  }
}

function toucher({ process }: Config, { cwd, clock }: CommandContext, log: Log): () => void {
  return process.healthFile ? healthFile(resolve(cwd, process.healthFile), clock, log) : () => {}
}

function openState({ process }: Config, { cwd, clock }: CommandContext, log: Log): StateFile | undefined {
  const { stateFile, maxSpendPerDay, maxSpendPerMonth } = process
  if (stateFile !== undefined) return new StateFile(resolve(cwd, stateFile), clock, log)
  if (maxSpendPerDay || maxSpendPerMonth)
    log.warn(
      {},
      'what is spent is counted from now on: without stateFile (--state-file) a restart forgets it',
    )
  return undefined
}
