import { type Action, type Clock, sleep, type TickReport } from '@woodpeckers/autoscaler-core'
import { EXIT } from '../cli.ts'
import { arrivals, ROUND_MS } from '../demo/arrivals.ts'
import { createDemoWorld, type DemoWorld, MAX_MACHINES } from '../demo/demo-world.ts'
import { fastClock } from '../demo/fast-clock.ts'
import { History } from '../demo/history.ts'
import { drawPicture } from '../demo/picture.ts'
import { summarize, summaryRows } from '../demo/summary.ts'
import { styleFor } from '../terminal/style.ts'
import { renderTable } from '../terminal/table.ts'
import type { CommandContext } from './index.ts'

const SPEED = 16
const COLUMN_MS = 10_000
const FRAME_MS = 100
const REASONS_SHOWN = 5
/** Should something go wrong it must still come to an end. */
const LONGEST_MS = 1_200_000

/**
 * Shows what this is for in half a minute: jobs arrive in bursts, machines boot, work, drain and go. On a
 * terminal it is drawn live; elsewhere it prints a line for each decision. `--keep` goes on until Ctrl-C.
 */
export async function demo(context: CommandContext): Promise<number> {
  const { stdout, env, random } = context
  const clock = fastClock(context.clock, SPEED)
  const style = styleFor(stdout, env)
  const startedAt = clock.now()
  const stop = new AbortController()
  const release = context.onSignal(() => stop.abort())
  const live = stdout.isTTY === true
  const history = new History(COLUMN_MS)
  const reasons: string[] = []
  const tell = (line: string) => {
    const stamped = `${stampOf(clock.now() - startedAt)}  ${line}`
    if (live) reasons.splice(0, reasons.length, ...[...reasons, stamped].slice(-REASONS_SHOWN))
    else stdout.write(`${stamped}\n`)
  }
  const world = await createDemoWorld(
    { clock, random, patience: SPEED },
    {
      onTick: (report) => {
        history.add(report)
        for (const line of describe(report)) tell(line)
      },
      onOutcome: ({ action, name, result, detail }) => {
        if (result === 'done' && action.kind === 'terminate') tell(`gone: ${name}`)
        if (result !== 'done') tell(`${action.kind} ${name}: ${result}, ${detail ?? ''}`)
      },
    },
  )
  const keep = context.switches['keep'] === true
  const title = `An emulated Woodpecker server and cloud, the real engine between them; ${SPEED} times as fast as life`
  stdout.write(live ? '' : `${title}\n`)
  const draw = () =>
    drawPicture(history, { title, facts: facts(world, clock.now() - startedAt), reasons }, style, {
      columns: stdout.columns ?? 80,
      rows: process.stdout.rows ?? 40,
    })
  const screen = live ? showLive(context, draw, stop.signal) : Promise.resolve()
  try {
    const running = world.run(stop.signal)
    await Promise.race([play(world, clock, keep, stop.signal, tell), running])
    stop.abort()
    await Promise.all([running, screen])
  } finally {
    release()
    await world.close()
  }
  stdout.write(`\n${renderTable(summaryRows(summarize(world))).join('\n')}\n\n`)
  stdout.write(`With your own server: npx woodpecker-autoscaler doctor --help\n`)
  return EXIT.ok
}

/** Lets the jobs arrive, then waits until all are done and every machine is gone. */
async function play(
  world: DemoWorld,
  clock: Clock,
  keep: boolean,
  signal: AbortSignal,
  tell: (line: string) => void,
): Promise<void> {
  try {
    do {
      const roundAt = clock.now()
      for (const { afterMs, pipeline } of arrivals) {
        await sleep(clock, roundAt + afterMs - clock.now(), signal)
        world.server.createPipeline(pipeline)
        tell(`${pipeline.repo} asks for ${pipeline.workflows.length} jobs`)
      }
      while (keep ? clock.now() < roundAt + ROUND_MS : world.cloud.machines.length > 0) {
        await sleep(clock, 1_000, signal)
        if (!keep && clock.now() > roundAt + LONGEST_MS) return
      }
    } while (keep)
    // A last look of the engine, so that the picture shows the end too.
    await sleep(clock, 20_000, signal)
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** One line for each kind of decision of a tick: six launches are one line. */
function describe({ plan }: TickReport): readonly string[] {
  const groups = Map.groupBy(plan.actions, ({ kind, because }) => `${kind} ${because}`)
  return [...groups.values()].map((alike) => {
    const [first] = alike as [Action, ...Action[]]
    return `${first.kind}${alike.length > 1 ? ` ×${alike.length}` : ''}: ${first.reason}`
  })
}

function facts({ server, cloud }: DemoWorld, sinceMs: number): readonly string[] {
  const workflows = [...server.database.pipelines.values()].flatMap((pipeline) => pipeline.workflows)
  const count = (state: string): number => workflows.filter((workflow) => workflow.state === state).length
  const { amount, currency } = cloud.cost()
  return [
    `${stampOf(sinceMs)}   jobs: ${count('pending')} waiting, ${count('running')} running, ${count('success')} done` +
      `   machines: ${cloud.machines.length} of at most ${MAX_MACHINES}   cost: ${amount.toFixed(4)} ${currency}`,
  ]
}

/** Draws over the same lines until the signal comes, and once more then. */
async function showLive(
  { stdout, clock }: CommandContext,
  draw: () => readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const HIDE_CURSOR = '\x1b[?25l'
  const SHOW_CURSOR = '\x1b[?25h'
  let lines = 0
  const frame = () => {
    const picture = draw()
    const up = lines > 0 ? `\x1b[${lines}A\r` : ''
    stdout.write(`${up}\x1b[J${picture.join('\n')}\n`)
    lines = picture.length
  }
  stdout.write(HIDE_CURSOR)
  try {
    while (!signal.aborted) {
      frame()
      await sleep(clock, FRAME_MS, signal).catch(() => {})
    }
    frame()
  } finally {
    stdout.write(SHOW_CURSOR)
  }
}

/** Minutes and seconds of the demo's own time. */
function stampOf(ms: number): string {
  const seconds = Math.floor(ms / 1_000)
  return `${String(Math.floor(seconds / 60)).padStart(2)}:${String(seconds % 60).padStart(2, '0')}`
}
