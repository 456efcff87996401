import { readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { formatDuration } from '@woodpeckers/autoscaler-core'
import {
  type Advice,
  advise as adviseOn,
  fitting,
  type Point,
  type Trace,
  untakenJobs,
} from '@woodpeckers/autoscaler-traces'
import { EXIT, refuse } from '../cli.ts'
import { oneLine } from '../terminal/one-line.ts'
import { styleFor } from '../terminal/style.ts'
import { adviceJson } from '../what-if/advice-json.ts'
import { adviceText } from '../what-if/advice-text.ts'
import { type AskedAdvice, askedAdvice } from '../what-if/asked-advice.ts'
import { changeText } from '../what-if/change-text.ts'
import { changedConfig } from '../what-if/changed-config.ts'
import { typesPlacesOf } from '../what-if/known-clouds.ts'
import { openTrace, problemLines } from '../what-if/open-trace.ts'
import { progressLine } from '../what-if/progress-line.ts'
import { untakenLines } from '../what-if/untaken-text.ts'
import { filesInTheWay, writeNew } from '../write-new.ts'
import type { CommandContext } from './index.ts'

/**
 * Tries settings round those of a config on a trace, and shows what waiting costs: the frontier of the two, and the
 * config of the point that somebody picks. Exit 2 where trace, config or flags are wrong.
 */
export async function advise(context: CommandContext): Promise<number> {
  const { switches, cwd, stdout, stderr, env } = context
  const asked = await askedAdvice(context)
  const inTheWay = filesInTheWay(['html', 'out'], context)
  if (!asked.ok || inTheWay.length > 0)
    return refuse(context, [...(asked.ok ? [] : asked.problems), ...inTheWay])
  const { setting, pick } = asked
  const opened = openTrace(asked.trace, { cwd, lenient: switches['lenient'] === true })
  if (!opened.ok) return refuse(context, opened.problems)
  const { trace } = opened
  const untaken = untakenJobs(trace, setting.settings.pools)
  const lines = [
    ...problemLines(asked.trace, opened.passedOver, false),
    ...untakenLines(setting.name, untaken),
  ]
  if (untaken.reduce((sum, { jobs }) => sum + jobs, 0) === trace.arrivals.length)
    return refuse(context, [...lines, `${setting.name}: no pool takes any job of the trace`])
  for (const line of lines) stderr.write(`${oneLine(line)}\n`)
  const advice = await findOut(trace, asked, context)
  const point = pick === undefined ? undefined : advice.points[pick - 1]
  if (pick !== undefined && !point)
    return refuse(context, [`--pick is ${pick}: there are 1 to ${advice.points.length}`])
  stdout.write(
    switches['json'] === true
      ? `${JSON.stringify(adviceJson(trace, advice, setting.assumed), undefined, 2)}\n`
      : adviceText(trace, advice, setting.assumed, styleFor(stdout, env)),
  )
  const problem =
    (await writeHtml(trace, advice, asked, context)) ?? (point && writeConfig(point, asked, context))
  return problem === undefined ? EXIT.ok : refuse(context, [problem])
}

async function findOut(
  trace: Trace,
  { setting, ...asked }: AskedAdvice,
  { clock, stderr }: CommandContext,
): Promise<Advice> {
  const progress = progressLine(stderr)
  const beganAt = clock.monotonic()
  const onProgress = (share: number): void => {
    const tookMs = clock.monotonic() - beganAt
    const left = share < 0.02 ? '' : `, ${formatDuration((tookMs * (1 - share)) / share)} left`
    progress.show(`trying settings: ${Math.floor(100 * share)} %${left}`)
  }
  try {
    return await adviseOn(trace, setting.settings, { ...asked, onProgress })
  } finally {
    progress.clear()
  }
}

async function writeHtml(
  trace: Trace,
  { now, points }: Advice,
  { setting, trace: path }: AskedAdvice,
  context: CommandContext,
): Promise<string | undefined> {
  const { html } = context.switches
  if (typeof html !== 'string') return undefined
  const { assumed } = setting
  const runs = [
    { name: 'now', result: now, assumed },
    ...points.map(({ change, result }, index) => ({
      name: `${index + 1}: ${changeText(change)}`,
      result,
      assumed,
    })),
  ]
  const { comparisonHtml } = await import('../what-if/comparison-html.ts')
  const page = await comparisonHtml(basename(path), trace, runs)
  const problem = writeNew('html', page, context)
  if (problem === undefined) context.stderr.write(`${html} has a timeline of each\n`)
  return problem
}

function writeConfig(
  { change }: Point,
  { setting, isMeant }: AskedAdvice,
  context: CommandContext,
): string | undefined {
  const { switches, cwd, stderr } = context
  const policies = new Map(setting.settings.pools.map(({ policy }) => [policy.id, policy]))
  const text = changedConfig(
    readFileSync(resolve(cwd, setting.path), 'utf8'),
    (pool) => {
      const policy = isMeant(pool) ? policies.get(pool) : undefined
      return policy && fitting(change, policy)
    },
    typesPlacesOf(setting.config),
  )
  const problem = writeNew('out', text, context)
  if (problem === undefined)
    stderr.write(`${switches['out']} is ${setting.name} with: ${changeText(change)}\n`)
  return problem
}
