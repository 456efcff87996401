import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import type { PipelineOutcome } from './http/control.ts'

const children: ChildProcess[] = []
const folders: string[] = []
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function run(bin: string, args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  const file = fileURLToPath(new URL(`../../bin/${bin}.js`, import.meta.url))
  const child = spawn(process.execPath, [file, ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  return child
}

async function ready(child: ChildProcess): Promise<{ url: string; grpc: string }> {
  const [line] = await once(child.stdout!, 'data')
  return JSON.parse(String(line))
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return String(port)
}

test('a server that is killed and started again keeps its database; its agents report to it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'emulated-woodpecker-'))
  folders.push(folder)
  const args = ['--port', await freePort(), '--grpc-port', await freePort(), '--token', 'mine']
  const withState = [...args, '--state', join(folder, 'state.json')]
  const first = run('emulated-woodpecker', withState)
  const { url, grpc } = await ready(first)
  const headers = { Authorization: 'Bearer mine', 'Content-Type': 'application/json' }
  const created = await fetch(`${url}/api/agents`, { method: 'POST', headers, body: '{"name":"a"}' })
  const { token } = (await created.json()) as { token: string }
  const health = await freePort()
  const agent = run('emulated-agent', [], {
    WOODPECKER_SERVER: grpc,
    WOODPECKER_AGENT_SECRET: token,
    WOODPECKER_RETRY_TIMEOUT: '0',
    WOODPECKER_AGENT_LABELS: 'tier=big,gpu=*',
    WOODPECKER_HEALTHCHECK_ADDR: `127.0.0.1:${health}`,
    EMULATED_JOBS: 'process',
  })
  const order = { repo: 'acme/app', workflows: [{ labels: { tier: 'big' }, durationMs: 1500 }, {}] }
  await fetch(`${url}/emulator/pipelines`, { method: 'POST', body: JSON.stringify(order) })
  const varz = async () => (await fetch(`http://127.0.0.1:${health}/varz`)).json()
  await expect.poll(() => varz().catch(() => ({})), { timeout: 5000 }).toMatchObject({ running_count: 1 })
  first.kill('SIGKILL')
  await once(first, 'exit')
  await ready(run('emulated-woodpecker', withState))
  const outcome = async () => (await fetch(`${url}/emulator/pipelines`)).json() as Promise<PipelineOutcome[]>
  await expect.poll(outcome, { timeout: 10_000 }).toMatchObject([{ status: 'success' }])
  agent.kill('SIGTERM')
  expect(await once(agent, 'exit')).toEqual([0, null])
})
