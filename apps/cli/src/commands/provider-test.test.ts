import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createShare, namePrefix, silentLog, systemClock, systemRandom } from '@woodpeckers/autoscaler-core'
import {
  adminToken,
  EmulatedWoodpecker,
  type ServedWoodpecker,
  serveWoodpecker,
} from '@woodpeckers/autoscaler-emulators'
import local from '@woodpeckers/autoscaler-provider-local'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { runInProcess } from '../fixtures/in-process.ts'

const fileAt = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const SHOP = fileAt('../fixtures/shop-provider.ts')
const BIN = fileAt('../../bin/woodpecker-autoscaler.js')
const AGENT = fileAt('../../../../packages/emulators/bin/emulated-agent.js')

describe('without a server', () => {
  const run = (change: Record<string, string>, ...argv: string[]) =>
    runInProcess(['provider', 'test', '--no-wait', `--provider=${SHOP}`, ...argv], {
      WOODPECKER_SHOP_TOKEN: 'c1oud-c1oud',
      ...change,
    })

  test('shows each step, and prints no secret, whatever the provider says', async () => {
    const { code, out, err } = await run({})
    expect(code).toBe(0)
    expect(out.match(/^[✓✗] \w+/gm)).toEqual(['✓ provider', '✓ deployed', '✓ listed', '✓ removed', '✓ gone'])
    expect(out).toMatch(/Makes one machine, pool-1-test-agent-[a-z0-9]{6}, sees it listed, and removes it\./)
    expect(out).toContain('Cost: some minutes at 0.0059 EUR an hour (small).')
    expect(out).toMatch(/It works; nothing is left\n$/)
    expect(err).toContain('secret [secret] and token [secret]')
    expect(out + err).not.toMatch(/c1oud|no-server-knows/)
  })

  test('--json prints JSON alone, the steps on standard error', async () => {
    const { code, out, err } = await run({ WOODPECKER_LOG_LEVEL: 'silent' }, '--json', '--pool-id=blue')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      provider: 'shop',
      pool: 'blue-test',
      name: expect.stringMatching(/^pool-blue-test-agent-\w{6}$/),
      ok: true,
      offering: { id: 'small' },
      left: [],
    })
    expect(err).toContain('✓ deployed')
  })

  test('a failure ends it with 1, and nothing is left', async () => {
    const { code, out, err } = await run({ WOODPECKER_SHOP_FAILS: 'deploy', WOODPECKER_LIST_LAG: '1s' })
    expect(code).toBe(1)
    expect(out).toMatch(/^✗ deployed .*bad token \[secret\]$/m)
    expect(out).toMatch(/It does not work; nothing is left\n$/)
    expect(out + err).not.toContain('c1oud')
  })

  test('what cannot be removed is named, with what to do', async () => {
    const { code, out, err } = await run({ WOODPECKER_SHOP_FAILS: 'remove', WOODPECKER_LOG_LEVEL: 'silent' })
    expect(code).toBe(1)
    expect(out).toMatch(/It does not work; not everything could be removed\n$/)
    expect(err).toMatch(
      /^LEFT BEHIND: machine pool-1-test-agent-\w{6} at provider shop may still be there and cost money \(\[secret\] may not delete 1-test\); end it there by its name\n$/,
    )
  })
})

test('with a server its token is needed, and asked for in one line', async () => {
  const { code, err } = await runInProcess(['provider', 'test', `--provider=${SHOP}`, '--shop-token=x'])
  expect(code).toBe(2)
  expect(err).toMatch(/^--server-token \(WOODPECKER_TOKEN\) is missing.*\n$/)
})

describe('with real processes', () => {
  let folder = ''
  let emulated: EmulatedWoodpecker
  let served: ServedWoodpecker
  const running = new Set<ChildProcess>()

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'provider-test-'))
    emulated = new EmulatedWoodpecker({ clock: systemClock, random: systemRandom })
    served = await serveWoodpecker(emulated)
  })
  afterEach(async () => {
    for (const child of running) child.kill('SIGKILL')
    running.clear()
    await endMachines()
    await served.close()
    rmSync(folder, { recursive: true })
  })

  function start(...argv: string[]) {
    const child = spawn(process.execPath, [BIN, 'provider', 'test', '--provider=local', ...argv], {
      env: {
        PATH: process.env['PATH'] ?? '',
        WOODPECKER_SERVER: served.url,
        WOODPECKER_GRPC_ADDR: served.agentAddress,
        WOODPECKER_TOKEN: adminToken,
        WOODPECKER_LOCAL_COMMAND: `"${process.execPath}" "${AGENT}"`,
        WOODPECKER_LOCAL_DIRECTORY: folder,
      },
      cwd: folder,
    })
    running.add(child)
    const text = { all: '' }
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data) => {
        text.all += data
      })
    }
    return { child, text, ended: once(child, 'close').then(([code]) => code as number) }
  }

  /** What a test left, on purpose or not. */
  async function endMachines(): Promise<void> {
    const { signal } = new AbortController()
    const provider = await local.create({
      options: local.options.parse({ directory: folder, stopTimeout: '0s' }),
      pool: { id: '1-test', namePrefix: namePrefix('1-test'), labels: {} },
      log: silentLog,
      clock: systemClock,
      random: systemRandom,
      share: createShare(),
    })
    for (const name of await provider.listDeployedAgentNames({ signal })) {
      await provider.removeAgent(name, { signal })
    }
  }

  /** Records at the server, and machines on this computer. */
  function remains(): readonly string[] {
    const machines = join(folder, '1-test', 'machines')
    return [
      ...emulated.records.list().map(({ name }) => `record ${name}`),
      ...(existsSync(machines) ? readdirSync(machines) : []),
    ]
  }

  test('an agent is made, connects and goes', async () => {
    const { text, ended } = start()
    expect(await ended).toBe(0)
    expect(text.all).toMatch(/✓ connected .* its agent 3\.17\.0 on linux\/amd64 is in contact/)
    expect(text.all).not.toContain(adminToken)
    expect(remains()).toEqual([])
  })

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s while it waits for the agent removes all',
    async (signal) => {
      const { child, text, ended } = start('--agent-env=EMULATED_BOOT_MS=600000')
      await vi.waitFor(() => expect(text.all).toContain('✓ listed'), 10_000)
      expect(remains()).toHaveLength(2)
      child.kill(signal)
      expect(await ended).toBe(1)
      expect(text.all).toMatch(new RegExp(`✗ connected .* stopped by ${signal}`))
      expect(text.all).toMatch(/Stopped; nothing is left\n$/)
      expect(remains()).toEqual([])
    },
  )

  test('a reader that goes away does not keep it from removing all', async () => {
    const { child, text, ended } = start('--agent-env=EMULATED_BOOT_MS=3000')
    await vi.waitFor(() => expect(text.all).toContain('✓ listed'), 10_000)
    child.stdout.destroy()
    await ended
    expect(remains()).toEqual([])
  })

  test('nor does one of what it says beside its JSON', async () => {
    const { child, text, ended } = start('--json', '--agent-env=EMULATED_BOOT_MS=3000')
    await vi.waitFor(() => expect(text.all).toContain('✓ listed'), 10_000)
    child.stderr.destroy()
    await ended
    expect(remains()).toEqual([])
  })

  test('a second signal ends it at once, naming what may be left', async () => {
    served.faults.add({ kind: 'hang', method: 'DELETE', path: '/api/agents', times: 100 })
    const { child, text, ended } = start('--agent-env=EMULATED_BOOT_MS=600000')
    await vi.waitFor(() => expect(text.all).toContain('✓ listed'), 10_000)
    child.kill('SIGINT')
    await vi.waitFor(() => expect(text.all).toContain('✗ connected'), 10_000)
    child.kill('SIGINT')
    expect(await ended).toBe(130)
    expect(text.all).toMatch(/LEFT BEHIND: the record of agent pool-1-test-agent-\w{6} at http/)
    expect(text.all).toMatch(/LEFT BEHIND: machine pool-1-test-agent-\w{6} at provider local/)
    // What it said is what is there: now somebody has to do it.
    expect(remains()).toHaveLength(2)
    const again = start('--no-wait')
    expect(await again.ended).toBe(0)
    expect(again.text.all).toMatch(/! pool-1-test-agent-\w{6} is there from another test/)
  })
})
