/** Milliseconds of each of `runs` calls, in ascending order, after some that do not count. */
export function time(runs: number, work: () => unknown): readonly number[] {
  for (let i = 0; i < Math.min(5, runs); i++) work()
  const took: number[] = []
  for (let i = 0; i < runs; i++) {
    const startedAt = performance.now()
    work()
    took.push(performance.now() - startedAt)
  }
  return took.sort((a, b) => a - b)
}

export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

/** `p50 12.3 ms, p99 20.1 ms` */
export function spread(took: readonly number[], high = 0.99): string {
  const [p50, top] = [quantile(took, 0.5), quantile(took, high)].map((ms) => `${ms.toFixed(1)} ms`)
  return `p50 ${p50}, p${high * 100} ${top}`
}

export function say(what: string, result: string): void {
  console.log(`${what.padEnd(58)}${result}`)
}

export function title(text: string): void {
  console.log(`\n${text}`)
}

/** What is still in use, after all else was thrown away: needs `--expose-gc`. */
export function heapMiB(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed / 2 ** 20
}
