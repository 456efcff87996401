import { basename } from 'node:path'
import { simulateTrace, type Trace, untakenJobs } from '@woodpeckers/autoscaler-traces'
import { EXIT, refuse } from '../cli.ts'
import { oneLine } from '../terminal/one-line.ts'
import { styleFor } from '../terminal/style.ts'
import { comparisonJson } from '../what-if/comparison-json.ts'
import { type Compared, comparisonText } from '../what-if/comparison-text.ts'
import { type GenerateSwitches, generated } from '../what-if/generated.ts'
import { type Hints, listOf, readHints } from '../what-if/hints.ts'
import { openTrace, problemLines } from '../what-if/open-trace.ts'
import { progressLine } from '../what-if/progress-line.ts'
import { readSettings, type SettingToPlay } from '../what-if/setting-to-play.ts'
import { untakenLines } from '../what-if/untaken-text.ts'
import { wholeNumber } from '../what-if/whole-number.ts'
import { filesInTheWay, writeNew } from '../write-new.ts'
import type { CommandContext } from './index.ts'

/**
 * Plays a trace under some configs, by the real engine in virtual time, and compares what came of it; or makes a
 * trace. No server and no cloud is asked. Exit 2 where trace or configs are wrong, or no pool takes any job.
 */
export async function simulate(context: CommandContext): Promise<number> {
  const { switches, operands } = context
  const hints = readHints(switches)
  if (!hints.ok) return refuse(context, hints.problems)
  const paths = listOf(switches['config'])
  const kind = switches['generate']
  if (kind !== undefined && operands.length > 0)
    return refuse(context, [`--generate makes a trace, and ${JSON.stringify(operands[0])} is one: not both`])
  if (kind === undefined && operands.length === 0)
    return refuse(context, ['say which trace: simulate <trace> --config <file>; or make one with --generate'])
  if (kind === undefined && paths.length === 0)
    return refuse(context, ['--config is missing: a config file to play the trace with, or several'])
  return kind === undefined
    ? playFile(operands[0]!, paths, hints.hints, context)
    : generate(kind, paths, hints.hints, context)
}

async function generate(
  kind: unknown,
  paths: readonly string[],
  hints: Hints,
  context: CommandContext,
): Promise<number> {
  const made = generated(kind, context.switches as GenerateSwitches)
  if (!made.ok) return refuse(context, made.problems)
  if (context.switches['out'] !== undefined) {
    const problem = writeNew('out', made.text, context)
    if (problem !== undefined) return refuse(context, [problem])
  } else if (paths.length === 0) context.stdout.write(made.text)
  return paths.length === 0 ? EXIT.ok : compare(`made: ${kind}`, made.trace, paths, hints, context)
}

async function playFile(
  path: string,
  paths: readonly string[],
  hints: Hints,
  context: CommandContext,
): Promise<number> {
  const opened = openTrace(path, { cwd: context.cwd, lenient: context.switches['lenient'] === true })
  if (!opened.ok) return refuse(context, opened.problems)
  const { passedOver } = opened
  if (passedOver.length > 0) {
    const lines = [
      `${passedOver.length} of its lines are passed over`,
      ...problemLines(path, passedOver, false),
    ]
    for (const line of lines) context.stderr.write(`${oneLine(line)}\n`)
  }
  return compare(basename(path), opened.trace, paths, hints, context)
}

async function compare(
  title: string,
  trace: Trace,
  paths: readonly string[],
  hints: Hints,
  context: CommandContext,
): Promise<number> {
  const { stdout, stderr, env, switches } = context
  const seed = wholeNumber('--seed', switches['seed'] ?? '1', 0)
  const problems = [...(seed.ok ? [] : [seed.problem]), ...filesInTheWay(['html'], context)]
  if (!seed.ok || problems.length > 0) return refuse(context, problems)
  const read = await readSettings(paths, hints, seed.number, context)
  if (!read.ok) return refuse(context, read.problems)
  for (const { name, settings } of read.settings) {
    const untaken = untakenJobs(trace, settings.pools)
    const lines = untakenLines(name, untaken)
    const jobs = untaken.reduce((sum, each) => sum + each.jobs, 0)
    if (jobs === trace.arrivals.length)
      return refuse(context, [...lines, `${name}: no pool takes any job of the trace`])
    for (const line of lines) stderr.write(`${oneLine(line)}\n`)
  }
  const compared = await playAll(trace, read.settings, context)
  if (typeof switches['html'] === 'string') {
    const { comparisonHtml } = await import('../what-if/comparison-html.ts')
    const page = await comparisonHtml(title, trace, compared)
    const problem = writeNew('html', page, context)
    if (problem !== undefined) return refuse(context, [problem])
    stderr.write(`${switches['html']} has a timeline of each\n`)
  }
  if (switches['json'] === true)
    stdout.write(`${JSON.stringify(comparisonJson(trace, compared), undefined, 2)}\n`)
  else stdout.write(comparisonText(trace, compared, styleFor(stdout, env)))
  return EXIT.ok
}

async function playAll(
  trace: Trace,
  settings: readonly SettingToPlay[],
  { stderr }: CommandContext,
): Promise<readonly Compared[]> {
  const progress = progressLine(stderr)
  const compared: Compared[] = []
  for (const [index, { name, settings: each, assumed }] of settings.entries()) {
    const onProgress = (share: number) =>
      progress.show(`${name} (${index + 1} of ${settings.length}): ${Math.floor(100 * share)} %`)
    onProgress(0)
    compared.push({ name, assumed, result: await simulateTrace(trace, each, { onProgress }) })
  }
  progress.clear()
  return compared
}
