import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock, systemRandom } from '@woodpeckers/autoscaler-core'
import {
  adminToken,
  agentsOnMachines,
  EmulatedHetzner,
  EmulatedWoodpecker,
  httpLink,
  serveHetzner,
  serveWoodpecker,
} from '@woodpeckers/autoscaler-emulators'
import { expect, test } from 'vitest'
import { until } from './processes.ts'

const bin = join(import.meta.dirname, '../apps/cli/bin/woodpecker-autoscaler.js')
const API_TOKEN = 'emulated-hetzner-token'
const MINUTE_MS = 60_000

test('over a whole run at level trace no secret is printed, and none is in the list of processes', async () => {
  const own = { clock: systemClock, random: systemRandom }
  const server = new EmulatedWoodpecker(own)
  const served = await serveWoodpecker(server)
  const secrets = new Set<string>([adminToken, API_TOKEN])
  const link = (token: string) => {
    secrets.add(token)
    return httpLink(served.agentAddress, token)
  }
  // Without an SSH key the cloud's answers hold root passwords.
  const cloud = new EmulatedHetzner({ ...own, bootMs: 1_000, onBoot: agentsOnMachines({ ...own, link }) })
  const servedCloud = await serveHetzner(cloud)
  const folder = mkdtempSync(join(tmpdir(), 'secrets-'))
  const program = spawn(
    process.execPath,
    [
      bin,
      'run',
      '--provider=hetznercloud',
      '--hetznercloud-server-type=cx23:fsn1',
      `--hetznercloud-endpoint=${servedCloud.url}`,
      `--hetznercloud-api-token=${API_TOKEN}`,
      `--server-url=${served.url}`,
      `--grpc-addr=${served.agentAddress}`,
      '--min-agents=0',
      '--workflows-per-agent=1',
      '--reconciliation-interval=1s',
      // Idle machines go at once, whatever is left of their hour.
      '--agent-billing-teardown-margin=60m',
      '--log-level=trace',
    ],
    { cwd: folder, env: { PATH: process.env['PATH'], WOODPECKER_TOKEN: adminToken } },
  )
  let printed = ''
  for (const stream of [program.stdout, program.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  }
  try {
    const workflows = Array.from({ length: 5 }, (_, at) => ({ name: `job-${at}`, durationMs: 2_000 }))
    server.createPipeline({ repo: 'acme/app', workflows })
    await until('five machines are there', () => cloud.servers.length === 5, MINUTE_MS)
    expect(readFileSync(`/proc/${program.pid}/cmdline`, 'utf8')).not.toContain(API_TOKEN)
    await until(
      'all machines are gone',
      () => cloud.books.length >= 5 && cloud.servers.length === 0,
      2 * MINUTE_MS,
    )
  } finally {
    program.kill()
    await once(program, 'exit')
    await servedCloud.close()
    await served.close()
    rmSync(folder, { recursive: true })
  }
  expect(printed).toContain('launch')
  expect(cloud.rootPasswords).toHaveLength(5)
  expect(secrets.size).toBe(7)
  for (const secret of [...secrets, ...cloud.rootPasswords, '#cloud-config', 'WOODPECKER_AGENT_SECRET']) {
    expect(printed.includes(secret), `${secret.slice(0, 4)}… was printed`).toBe(false)
  }
})
