import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { STILL_PROVIDER } from '../fixtures/in-process.ts'
import { SmallServer } from '../fixtures/small-server.ts'

const BIN = fileURLToPath(new URL('../../bin/woodpecker-autoscaler.js', import.meta.url))
const running = new Set<ChildProcess>()

afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
  running.clear()
})

function start(argv: readonly string[], env: Record<string, string>) {
  const child = spawn(process.execPath, [BIN, ...argv], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    cwd: fileURLToPath(new URL('.', import.meta.url)),
  })
  running.add(child)
  const text = { out: '', err: '' }
  child.stdout.on('data', (data) => {
    text.out += data
  })
  child.stderr.on('data', (data) => {
    text.err += data
  })
  const ended = once(child, 'close').then(([code]) => ({ code: code as number, ...text }))
  return { child, text, ended }
}

function envFor(url: string, change: Record<string, string> = {}): Record<string, string> {
  return {
    WOODPECKER_SERVER: url,
    WOODPECKER_TOKEN: 't0ken-t0ken',
    WOODPECKER_PROVIDER: STILL_PROVIDER,
    WOODPECKER_STILL_API_TOKEN: 'c1oud-c1oud',
    WOODPECKER_MIN_AGENTS: '0',
    WOODPECKER_RECONCILIATION_INTERVAL: '1s',
    ...change,
  }
}

describe('the program, started as its users start it', () => {
  test('runs without a command, logs JSON, and ends with 0 at SIGTERM', async () => {
    await using server = await SmallServer.start()
    const { child, text, ended } = start([], envFor(server.url))
    await vi.waitFor(() => expect(text.out).toContain('"scaling"'), 10_000)
    child.kill('SIGTERM')
    const { code, out, err } = await ended
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const records = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(records.find(({ msg }) => msg === 'connected to the server')).toMatchObject({
      level: 'info',
      version: '3.17.0',
      user: 'ada',
    })
    expect(records.at(-1)).toMatchObject({ msg: 'stopped; agents stay as they are' })
    expect(out).not.toMatch(/t0ken|c1oud/)
  })

  test('goes on while the server is away, says so, and ends at SIGINT', async () => {
    const { child, text, ended } = start(['run'], envFor('http://127.0.0.1:1'))
    await vi.waitFor(() => expect(text.out).toMatch(/"level":"warn".*trying again/), 15_000)
    child.kill('SIGINT')
    expect((await ended).code).toBe(0)
  })

  test('writes the time of its last look into the health file', async () => {
    await using server = await SmallServer.start()
    const folder = mkdtempSync(join(tmpdir(), 'health-'))
    const path = join(folder, 'health')
    const { child, text, ended } = start(['run', `--health-file=${path}`], envFor(server.url))
    await vi.waitFor(() => expect(readFileSync(path, 'utf8')).toMatch(/^\d{4}-.*Z\n$/), 10_000)
    const first = readFileSync(path, 'utf8')
    await vi.waitFor(() => expect(readFileSync(path, 'utf8')).not.toBe(first), 10_000)
    child.kill('SIGTERM')
    expect((await ended).code).toBe(0)
    expect(text.out).not.toContain('health file')
    rmSync(folder, { recursive: true })
  })

  test('goes on where the health file cannot be written', async () => {
    await using server = await SmallServer.start()
    const { child, text, ended } = start(
      ['run'],
      envFor(server.url, { WOODPECKER_HEALTH_FILE: '/nowhere/health' }),
    )
    await vi.waitFor(() => expect(text.out).toContain('"the health file cannot be written: ENOENT'), 10_000)
    child.kill('SIGTERM')
    const { code, err } = await ended
    expect({ code, err }).toEqual({ code: 0, err: '' })
  })

  test.each([
    ['a token that is no admin', { admin: false }, {}, /no admin|admin/],
    [
      'a cloud that refuses ours',
      {},
      { WOODPECKER_STILL_API_TOKEN: 'refused' },
      /^provider still: the cloud knows no such token/,
    ],
    [
      'a provider that throws',
      {},
      { WOODPECKER_STILL_API_TOKEN: 'throw' },
      /^provider still: the cloud is on fire/,
    ],
  ])('%s ends it with 1 and one line', async (_, options, change, line) => {
    await using server = await SmallServer.start(options)
    const { code, err } = await start([], envFor(server.url, change)).ended
    expect(code).toBe(1)
    expect(err).toMatch(line)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
  })

  test('a wrong setting ends it with 2', async () => {
    const { code, out, err } = await start(['--max-agents=0'], envFor('http://127.0.0.1:1')).ended
    expect({ code, out, err }).toEqual({
      code: 2,
      out: '',
      err: '--max-agents (WOODPECKER_MAX_AGENTS) is "0": must be at least 1\n',
    })
  })

  test.runIf(process.platform === 'linux')(
    'a secret given as a flag works, warns, and is not in the list of processes',
    async () => {
      await using server = await SmallServer.start()
      const { WOODPECKER_TOKEN: _, ...env } = envFor(server.url)
      const { child, text, ended } = start(
        ['--server-token=fl4g-t0ken', '--still-api-token', 'fl4g-c1oud'],
        env,
      )
      await vi.waitFor(() => expect(text.out).toContain('"scaling"'), 10_000)
      const shown = readFileSync(`/proc/${child.pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
      expect(shown).toMatch(/^woodpecker-autoscaler/)
      expect(shown).not.toContain('fl4g')
      child.kill('SIGTERM')
      const { code, out, err } = await ended
      expect(code).toBe(0)
      expect(err.match(/^warning: a secret given as --\S+/gm)).toEqual([
        'warning: a secret given as --server-token',
        'warning: a secret given as --still-api-token',
      ])
      expect(out + err).not.toContain('fl4g')
    },
  )

  test.runIf(process.platform === 'linux')('nor does a command that has only begun show it', async () => {
    let asked = () => {}
    const connected = new Promise<void>((resolve) => {
      asked = resolve
    })
    const mute = createServer(() => asked())
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
    const { WOODPECKER_TOKEN: _, ...env } = envFor(`http://127.0.0.1:${(mute.address() as AddressInfo).port}`)
    const { child } = start(['plan', '--server-token=fl4g-t0ken'], env)
    await connected
    const shown = readFileSync(`/proc/${child.pid}/cmdline`, 'utf8')
    mute.close()
    expect(shown).toContain('woodpecker-autoscaler')
    expect(shown).not.toContain('fl4g')
  })

  test('one signal waits for what is under way, a second ends it at once', async () => {
    await using server = await SmallServer.start()
    const env = envFor(server.url, { WOODPECKER_STILL_API_TOKEN: 'hang-hang', WOODPECKER_MIN_AGENTS: '2' })
    const { child, text, ended } = start([], env)
    await vi.waitFor(() => expect(text.out).toContain('deploying with [secret]'), 10_000)
    child.kill('SIGTERM')
    await vi.waitFor(() => expect(text.out).toContain('once more to stop at once'))
    child.kill('SIGINT')
    const { code, out } = await ended
    expect(code).toBe(130)
    expect(out).not.toMatch(/hang-hang|agents-own-secret/)
  })
})

test('an old Node is told apart in one clear line', async () => {
  const source = readFileSync(BIN, 'utf8')
  const withVersion = (version: string) => {
    const lines: string[] = []
    const process = { versions: { node: version }, exitCode: 0, title: '', on() {} }
    const script = source.replace('#!/usr/bin/env node', '').replaceAll('void import', 'void load')
    const load = async () => ({ enableCompileCache() {} })
    new Function('process', 'console', 'load', script.replaceAll('import(', 'load('))(
      process,
      { error: (line: string) => lines.push(line) },
      load,
    )
    return { lines, code: process.exitCode }
  }
  expect(withVersion('18.19.0')).toEqual({
    lines: ['woodpecker-autoscaler needs Node.js 22.19 or newer; this is 18.19.0'],
    code: 1,
  })
  expect(withVersion('22.18.0').code).toBe(1)
  expect(withVersion('22.19.0')).toEqual({ lines: [], code: 0 })
  expect(withVersion('24.0.0').code).toBe(0)
})
