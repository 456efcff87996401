import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sleep, systemClock, systemRandom } from '@woodpeckers/autoscaler-core'
import { adminToken, EmulatedWoodpecker, serveWoodpecker } from '@woodpeckers/autoscaler-emulators'
import { say, spread, title } from './measure.ts'

const bin = join(import.meta.dirname, '../apps/cli/bin/woodpecker-autoscaler.js')

/** The program as a process of its own, from source: how soon its help is there, how much memory it rests on. */
export async function benchProcess(): Promise<void> {
  title('The program from source (aim: help under 300 ms, idle under 90 MiB)')
  const took: number[] = []
  for (let at = 0; at < 10; at++) {
    const startedAt = performance.now()
    await new Promise((resolve) =>
      spawn(process.execPath, [bin, '--help'], { stdio: 'ignore' }).on('exit', resolve),
    )
    took.push(performance.now() - startedAt)
  }
  say(
    '--help',
    spread(
      took.sort((a, b) => a - b),
      0.95,
    ),
  )
  const local = ['--provider=local', '--reconciliation-interval=1s', '--local-command=true']
  say('after 15 ticks', await idleMemory(local, 15_000))
}

/** What the program holds after so long beside an empty server, in a folder of its own. */
export async function idleMemory(
  args: readonly string[],
  afterMs: number,
  settings: Readonly<Record<string, string>> = {},
): Promise<string> {
  const served = await serveWoodpecker(new EmulatedWoodpecker({ clock: systemClock, random: systemRandom }))
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  const usual = [bin, 'run', `--server-url=${served.url}`, '--min-agents=0']
  const child = spawn(process.execPath, [...usual, ...args], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      WOODPECKER_TOKEN: adminToken,
      WOODPECKER_LOCAL_DIRECTORY: folder,
      ...settings,
    },
    stdio: 'ignore',
  })
  await sleep(systemClock, afterMs)
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
  const mib = (name: string) =>
    `${(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1_024).toFixed(0)} MiB`
  child.kill()
  await served.close()
  rmSync(folder, { recursive: true, force: true })
  return `${mib('VmRSS')} resident, ${mib('RssAnon')} of it its own`
}
