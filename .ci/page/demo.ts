import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface Demo {
  readonly url: string
  readonly end: () => Promise<void>
}

/** The program's own demo as a process: the real engine, observer and HTTP. */
export async function startDemo(): Promise<Demo> {
  const root = join(import.meta.dirname, '../..')
  const child = spawn(join(root, 'node_modules/.bin/woodpecker-autoscaler'), ['demo', '--keep'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    // The bin is a shell script: its whole group is ended.
    detached: true,
  })
  const exited = once(child, 'exit')
  const end = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, 'SIGTERM')
    await exited
  }
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^page: (http\S+)$/.exec(line)?.[1]
    if (!url) continue
    // What it says later is not read, and must not fill the pipe.
    child.stdout.resume()
    return { url, end }
  }
  await end()
  throw new Error('the demo ended before it told the address of its page')
}
