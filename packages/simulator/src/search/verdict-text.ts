import type { RunResult } from '../run-scenario.ts'
import { clockText } from '../timeline.ts'

/** What was broken, a line each. */
export function verdictText({ violations }: Pick<RunResult, 'violations'>): string {
  return violations.map(({ atMs, promise, what }) => `  ${clockText(atMs)}  ${promise}: ${what}`).join('\n')
}
