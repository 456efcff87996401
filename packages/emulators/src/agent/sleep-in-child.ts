import { spawn } from 'node:child_process'
import type { Assignment } from './agent-link.ts'

/** Runs a job as a real process, a `sleep`, which ends with the signal. */
export function sleepInChild(job: Assignment, signal: AbortSignal): Promise<'success' | 'failure'> {
  return new Promise((resolve, reject) => {
    const child = spawn('sleep', [String(job.durationMs / 1000)], { signal, stdio: 'ignore' })
    child.on('error', reject)
    child.on('exit', (code) => resolve(code === 0 ? job.outcome : 'failure'))
  })
}
