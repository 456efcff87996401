import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/** Starts a part of a bench as a process of its own, and resolves with the first thing that it sends. */
export async function startProcess<T>(
  file: string,
  args: readonly string[],
): Promise<{ readonly first: T; readonly child: ChildProcess }> {
  const child = fork(file, args)
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${file} ended with ${code} before it said anything`)
  })
  ended.catch(() => {})
  const [first] = await Promise.race([once(child, 'message'), ended])
  return { first: first as T, child }
}

export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = once(child, 'exit')
  child.kill()
  await ended
}
