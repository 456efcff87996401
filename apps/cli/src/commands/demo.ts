import { Observer } from '@woodpeckers/autoscaler-observer'
import { Metrics } from '@woodpeckers/autoscaler-observer/metrics'
import { EXIT } from '../cli.ts'
import { describeDecisions, describeOutcome } from '../demo/decisions.ts'
import { createDemoWorld, type DemoWorld, MAX_MACHINES } from '../demo/demo-world.ts'
import { fastClock } from '../demo/fast-clock.ts'
import { History } from '../demo/history.ts'
import { showLive } from '../demo/live-screen.ts'
import { drawPicture } from '../demo/picture.ts'
import { play } from '../demo/play.ts'
import { type ServedDemo, serveDemo } from '../demo/serve-demo.ts'
import { summarize, summaryRows } from '../demo/summary.ts'
import { styleFor } from '../terminal/style.ts'
import { renderTable } from '../terminal/table.ts'
import { readVersion } from '../version.ts'
import type { CommandContext } from './index.ts'

const SPEED = 16
const COLUMN_MS = 10_000
const REASONS_SHOWN = 5

/**
 * Shows what this is for in half a minute: jobs arrive in bursts, machines boot, work, drain and go. On a
 * terminal it is drawn live; elsewhere it prints a line for each decision; its page shows it too. `--keep` goes on until
 * Ctrl-C.
 */
export async function demo(context: CommandContext): Promise<number> {
  const { stdout, env, random } = context
  const clock = fastClock(context.clock, SPEED)
  const startedAt = clock.now()
  const live = stdout.isTTY === true
  const history = new History(COLUMN_MS)
  const reasons: string[] = []
  const tell = (line: string) => {
    const stamped = `${stampOf(clock.now() - startedAt)}  ${line}`
    if (live) reasons.splice(0, reasons.length, ...[...reasons, stamped].slice(-REASONS_SHOWN))
    else stdout.write(`${stamped}\n`)
  }
  const observer = new Observer({ clock })
  const metrics = new Metrics({ clock, version: readVersion() })
  let served: ServedDemo | undefined
  const world = await createDemoWorld(
    { clock, random, patience: SPEED },
    {
      onTick: (report) => {
        history.add(report)
        observer.onTick(report)
        metrics.onTick(report)
        served?.orders.onTick(report)
        for (const line of describeDecisions(report)) tell(line)
      },
      onOutcome: (outcome) => {
        observer.onOutcome(outcome)
        metrics.onOutcome(outcome)
        const line = describeOutcome(outcome)
        if (line) tell(line)
      },
    },
  )
  const title = `Emulated server and cloud, the real engine, ${SPEED} times as fast as life`
  served = await serveDemo({
    autoscaler: world.autoscaler,
    observer,
    metrics,
    clock: context.clock,
    siteClock: clock,
  })
  const { url } = served.http
  if (!live) stdout.write(`${title}\npage: ${url}\n`)
  const draw = () =>
    drawPicture(
      history,
      { title, facts: [`page: ${url}`, factLine(world, clock.now() - startedAt)], reasons },
      styleFor(stdout, env),
      { columns: stdout.columns || 80, rows: stdout.rows || 40 },
    )
  const stop = new AbortController()
  const release = context.onSignal(() => stop.abort())
  try {
    const screen = live ? showLive(stdout, context.clock, draw, stop.signal) : undefined
    const running = world.run(stop.signal)
    await Promise.race([play(world, clock, context.switches['keep'] === true, stop.signal, tell), running])
    stop.abort()
    await Promise.all([running, screen])
  } finally {
    release()
    await served.http.close()
    await world.close()
  }
  stdout.write(`\n${renderTable(summaryRows(summarize(world))).join('\n')}\n\n`)
  stdout.write('With your own server: npx woodpecker-autoscaler doctor --help\n')
  return EXIT.ok
}

function factLine({ server, cloud }: DemoWorld, sinceMs: number): string {
  const workflows = [...server.database.pipelines.values()].flatMap((pipeline) => pipeline.workflows)
  const count = (state: string): number => workflows.filter((workflow) => workflow.state === state).length
  const { amount, currency } = cloud.cost()
  return [
    stampOf(sinceMs),
    `jobs: ${count('pending')} waiting, ${count('running')} running, ${count('success')} done`,
    `machines: ${cloud.machines.length} of ${MAX_MACHINES}`,
    `cost: ${amount.toFixed(4)} ${currency}`,
  ].join('  ')
}

/** Minutes and seconds of the demo's own time. */
function stampOf(ms: number): string {
  const seconds = Math.floor(ms / 1_000)
  return `${String(Math.floor(seconds / 60)).padStart(2)}:${String(seconds % 60).padStart(2, '0')}`
}
