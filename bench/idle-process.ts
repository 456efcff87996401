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
  const served = await serveWoodpecker(new EmulatedWoodpecker({ clock: systemClock, random: systemRandom }))
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  const args = [
    bin,
    'run',
    '--provider=local',
    `--server-url=${served.url}`,
    '--min-agents=0',
    '--reconciliation-interval=1s',
  ]
  const child = spawn(process.execPath, [...args, `--local-directory=${folder}`, '--local-command=true'], {
    env: { PATH: process.env['PATH'], WOODPECKER_TOKEN: adminToken },
    stdio: 'ignore',
  })
  await sleep(systemClock, 15_000)
  const rss = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]
  say('resident memory after 15 ticks', `${(Number(rss) / 1_024).toFixed(0)} MiB`)
  child.kill()
  await served.close()
  rmSync(folder, { recursive: true, force: true })
}
