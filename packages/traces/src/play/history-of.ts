import type { HistoryView, MachineBar, Phase } from '@woodpeckers/autoscaler-observer'
import type { MachineLine, TraceResult } from './trace-result.ts'

/** Of so many parts of the whole each is drawn: what is shorter runs into its neighbours. */
const PARTS = 2_000

type Stretch = readonly [fromMs: number, toMs: number]

/** What a simulation came to, as the page draws it: made once, when all is known. */
export function historyOf(
  { samples, machines, pools, endedMs }: Pick<TraceResult, 'samples' | 'machines' | 'pools' | 'endedMs'>,
  startAt: number,
): HistoryView {
  const finestMs = endedMs / PARTS
  return {
    version: 1,
    fromAt: startAt,
    toAt: startAt + endedMs,
    pools: pools.map(({ id }) => id),
    samples,
    machines: machines.map((line) => barOf(line, startAt, endedMs, finestMs)),
  }
}

function barOf(line: MachineLine, startAt: number, overMs: number, finestMs: number): MachineBar {
  const { name, pool, createdMs, endedMs } = line
  return {
    name,
    pool,
    fromAt: startAt + createdMs,
    ...(endedMs !== undefined && { toAt: startAt + endedMs }),
    phases: phasesOf(line, endedMs ?? overMs, finestMs).map(({ fromAt, doing }) => ({
      fromAt: startAt + fromAt,
      doing,
    })),
  }
}

/** One after the other, times since the beginning of the trace. */
function phasesOf(line: MachineLine, endMs: number, finestMs: number): readonly Phase[] {
  const busy = joined(line.busy, finestMs)
  const bounds = new Set([line.createdMs, ...[...busy, ...line.paid, ...line.cordoned].flat()])
  if (line.connectedMs !== undefined) bounds.add(line.connectedMs)
  const phases: Phase[] = []
  for (const atMs of [...bounds].sort((one, other) => one - other)) {
    if (atMs >= endMs && atMs > line.createdMs) break
    const doing = doingAt(line, busy, atMs)
    const last = phases.at(-1)
    const isShort = last !== undefined && atMs - last.fromAt < finestMs
    if (isShort) phases.pop()
    if (phases.at(-1)?.doing !== doing) phases.push({ fromAt: isShort ? last.fromAt : atMs, doing })
  }
  return phases
}

function doingAt(line: MachineLine, busy: readonly Stretch[], atMs: number): Phase['doing'] {
  if (!within(line.paid, atMs)) return 'parked'
  if (line.connectedMs === undefined || atMs < line.connectedMs) return 'booting'
  if (within(line.cordoned, atMs)) return 'draining'
  return within(busy, atMs) ? 'busy' : 'idle'
}

function within(stretches: readonly Stretch[], atMs: number): boolean {
  return stretches.some(([fromMs, toMs]) => fromMs <= atMs && atMs < toMs)
}

/** Those that lie as close as `gapMs` made one. */
function joined(stretches: readonly Stretch[], gapMs: number): readonly Stretch[] {
  const all: [number, number][] = []
  for (const [fromMs, toMs] of stretches) {
    const last = all.at(-1)
    if (last && fromMs - last[1] <= gapMs) last[1] = toMs
    else all.push([fromMs, toMs])
  }
  return all
}
