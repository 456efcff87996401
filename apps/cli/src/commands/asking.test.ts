import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Ran, runInProcess } from '../fixtures/in-process.ts'
import { ServedSite, TOKEN } from '../http/a-site.test-setup.ts'
import type { Surroundings } from '../surroundings.ts'

let site: ServedSite
let machine = ''
beforeAll(async () => {
  site = await ServedSite.open({ token: TOKEN })
  site.world.server.addTasks(4)
  site.world.server.addTask({ id: 'gpu-task', labels: { repo: 'acme/app', gpu: 'yes' } })
  await site.world.seconds(60)
  machine = site.world.cloud.machines[0]?.name ?? ''
})
afterAll(() => site[Symbol.asyncDispose]())

function ask(
  line: string,
  env: Record<string, string> = {},
  change: Partial<Surroundings> = {},
): Promise<Ran> {
  const known = { WOODPECKER_AUTOSCALER_URL: site.http.url, WOODPECKER_HTTP_TOKEN: TOKEN }
  return runInProcess(line.split(' '), { ...known, ...env }, change)
}

/** Where text goes, and what came there. */
class Screen {
  text = ''
  readonly isTTY: boolean
  readonly columns = 40
  readonly rows = 10

  constructor(isTTY = false) {
    this.isTTY = isTTY
  }

  write(more: string): void {
    this.text += more
  }

  /** What of each line of JSON. */
  each(key: string): readonly unknown[] {
    return this.text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line)[key])
  }
}

/** A command that goes on until it is stopped. */
function begin(line: string, stdout: Screen, env: Record<string, string> = {}): { stop(): Promise<Ran> } {
  let interrupt = () => {}
  const running = ask(line, env, {
    stdout,
    onSignal: (listener) => {
      interrupt = () => listener('SIGINT')
      return () => {}
    },
  })
  return {
    stop: () => {
      interrupt()
      return running
    },
  }
}

describe('status', () => {
  test('shows what there is, lined up', async () => {
    const { code, out } = await ask('status')
    expect(code).toBe(0)
    expect(out).toMatch(/^(?:attention|trouble): .*\nqueue: 2 pending, 3 running, 0 waiting for others/)
    expect(out).toMatch(/\nPools\n {2}1 {2}3 machines {2}min 0, max 3 {2}slots: \d wanted, 3 busy/)
    expect(out).toMatch(/\nMachines\n(?: {2}pool-1-agent-\w+ {2}busy {2}1\/1 .*acme\/app task-\d\n){3}/)
    expect(out).toMatch(/\nWaiting\n(?:.*\n)* {2}acme\/app gpu-task .*gpu=yes/)
    expect(out).toMatch(/\nHeld back\n(?:.*\n)* {2}at-max +pool 1/)
    expect(out).not.toMatch(/\n\n\n| \n/)
  })

  test('is JSON where that is asked for', async () => {
    const { out } = await ask('status --json')
    expect(JSON.parse(out)).toEqual(site.observer.status())
  })

  test('has colours on a terminal only', async () => {
    const screen = new Screen(true)
    await ask('status', {}, { stdout: screen })
    expect(screen.text).toContain('\u001b[')
    expect((await ask('status')).out).not.toContain('\u001b[')
  })

  test('is shown again and again with --watch, until a signal', async () => {
    const screen = new Screen()
    const watching = begin('status --watch --json', screen)
    await vi.waitFor(() => expect(screen.each('tick')).toHaveLength(1), 5_000)
    await site.world.seconds(20)
    await vi.waitFor(() => expect(screen.each('tick').at(-1)).toBe(site.observer.status().tick), 5_000)
    expect((await watching.stop()).code).toBe(0)
  })

  test('is drawn over on a terminal, no line wider than it', async () => {
    const screen = new Screen(true)
    const watching = begin('status --watch', screen, { NO_COLOR: '1' })
    await vi.waitFor(() => expect(screen.text).toContain('Pools'), 5_000)
    await watching.stop()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal is told
    const lines = screen.text.replaceAll(/\u001b\[[?\d]*[A-Za-z]|\r/g, '').split('\n')
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(screen.columns)
  })
})

describe('events', () => {
  test('are lines with kind, pool and reason; so many of the latest', async () => {
    const { out } = await ask('events')
    expect(out).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}decision {2}pool 1 {2}launch: no free slot takes/m,
    )
    expect((await ask('events --limit 2')).out.trim().split('\n')).toEqual(out.trim().split('\n').slice(-2))
  })

  test('are a line of JSON each where that is asked for', async () => {
    const { out } = await ask('events --json')
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(site.observer.events(undefined, 50))
  })

  test('go on with --follow, none twice, until a signal', async () => {
    const screen = new Screen()
    const following = begin('events --follow --json', screen)
    await vi.waitFor(() => expect(site.http.followers).toBe(1), 5_000)
    site.observer.onProcess('something happened')
    await site.world.seconds(1)
    await vi.waitFor(() => expect(screen.text).toContain('something happened'), 5_000)
    expect((await following.stop()).code).toBe(0)
    const seqs = screen.each('seq')
    expect(seqs).toEqual(site.observer.events(undefined, seqs.length).map(({ seq }) => seq))
  })

  test.each(['0', '1001', 'x', '-1'])('--limit %s is refused', async (limit) => {
    expect(await ask(`events --limit=${limit}`)).toEqual({
      code: 2,
      out: '',
      err: `--limit is "${limit}": must be a number from 1 to 1000\n`,
    })
  })
})

describe('explain', () => {
  test('says the sentence first, then what it was made from', async () => {
    const { code, out } = await ask('explain gpu-task')
    expect(code).toBe(0)
    const [head, sentence, labels, title, pool] = out.split('\n')
    expect(head).toMatch(/^acme\/app gpu-task {2}pending.*; task gpu-task$/)
    expect(sentence).toMatch(/gpu/)
    expect([labels, title, pool]).toEqual(['labels: repo=acme/app, gpu=yes', 'Pools', '  1  has no gpu=yes'])
    expect(out).toMatch(/\nAgents\n(?: {2}pool-1-agent-\w+ {2}busy {2}has no gpu=yes\n){3}/)
  })

  test('explains all that are meant, and those that run in one sentence', async () => {
    const { out } = await ask('explain acme/app task')
    expect(out.match(/^acme\/app task-\d {2}/gm)).toHaveLength(4)
    expect(out).toMatch(/task-\d {2}running; task task-\d\nThe agent pool-1-agent-\w+ runs it\./)
  })

  test('is JSON where that is asked for', async () => {
    expect(JSON.parse((await ask('explain gpu-task --json')).out)).toMatchObject([
      { task: { id: 'gpu-task' } },
    ])
  })

  test('says so where there is no such task', async () => {
    expect(await ask('explain acme/none#99')).toEqual({
      code: 1,
      out: '',
      err: 'the queue has no task that is "acme/none#99", or has it in its title\n',
    })
  })

  test('wants to know which', async () => {
    expect(await ask('explain')).toMatchObject({ code: 2, err: "missing required argument 'task'\n" })
  })
})

describe('orders', () => {
  test.each([
    ['pause', 'resume', / paused all pools\n$/, / resumed all pools\n$/],
    ['pause 1', 'resume 1', / paused pool 1\n$/, / resumed pool 1\n$/],
    ['pause 1', 'resume', / paused pool 1\n$/, / resumed all pools\n$/],
    ['drain 1', 'drain 1 --undo', / drains pool 1\n$/, / no longer drains pool 1: .* take tasks again\n$/],
    [
      'drain MACHINE',
      'drain --undo MACHINE',
      / drains pool-1-agent-\w+\n$/,
      / no longer drains pool-1-agent-\w+: .* take tasks again\n$/,
    ],
    ['replace MACHINE', 'replace MACHINE --undo', / replaces pool-1-agent-\w+\n$/, / no longer replaces /],
    ['protect MACHINE', 'protect MACHINE --undo', / protects pool-1-agent-\w+\n$/, / no longer protects /],
  ])('%s, and %s takes it back', async (give, takeBack, given, taken) => {
    expect(await ask(give.replace('MACHINE', machine))).toEqual({
      code: 0,
      out: expect.stringMatching(given),
      err: '',
    })
    expect(await ask(takeBack.replace('MACHINE', machine))).toEqual({
      code: 0,
      out: expect.stringMatching(taken),
      err: '',
    })
  })

  test.each([
    ['pause nix', 1, 'there is no pool "nix"; there are 1, all\n'],
    ['protect nix', 1, /^there is no machine "nix"; there are pool-1-agent-/],
    ['resume', 1, 'nothing is paused by an order\n'],
    ['protect', 2, "missing required argument 'machine'\n"],
    ['pause 1 2', 2, /too many arguments/],
    ['drain --undo', 2, /^drain what\? Say the name of a machine, or the id of a pool/],
    ['drain 1 --pool 2', 2, /^--pool is for a pool that nobody runs any more/],
  ])('%s is refused in one line', async (line, code, err) => {
    expect(await ask(line)).toEqual({ code, out: '', err: expect.stringMatching(err) })
  })
})

describe('who cannot be asked', () => {
  test('is told with what to do about it', async () => {
    const { code, err } = await ask('status --url http://127.0.0.1:1/')
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(
        /^no autoscaler answers at http:\/\/127\.0\.0\.1:1 \(.*\); start it with --listen=/,
      ),
    ])
  })

  test('a token that is missing, or wrong', async () => {
    for (const token of ['', 'another-token-of-enough-length']) {
      const { code, err } = await ask('status', { WOODPECKER_HTTP_TOKEN: token })
      expect([code, err]).toEqual([
        1,
        expect.stringMatching(/^needs the header Authorization: .*WOODPECKER_HTTP_TOKEN/),
      ])
      expect(err).not.toContain('another')
    }
  })

  test('a token may come from a flag, or a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'token-'))
    const path = join(folder, 'token')
    writeFileSync(path, `${TOKEN}\n`)
    const none = { WOODPECKER_HTTP_TOKEN: '' }
    expect((await ask('status', { ...none, WOODPECKER_HTTP_TOKEN_FILE: path })).code).toBe(0)
    expect((await ask(`status --http-token ${TOKEN}`, none)).code).toBe(0)
    expect((await ask(`drain nix --http-token ${TOKEN}`, none)).err).toMatch(
      /^there is no pool or machine "nix"/,
    )
    const missing = await ask('status', { ...none, WOODPECKER_HTTP_TOKEN_FILE: join(folder, 'none') })
    expect([missing.code, missing.err]).toEqual([
      2,
      expect.stringMatching(/^WOODPECKER_HTTP_TOKEN_FILE names a file that cannot be read: ENOENT/),
    ])
    rmSync(folder, { recursive: true })
  })

  test.each(['nonsense', 'ftp://x', 'http://ada:secret@x'])('an address that is none: %s', async (url) => {
    expect(await ask(`status --url ${url}`)).toMatchObject({
      code: 2,
      err: expect.stringMatching(
        /^--url \(WOODPECKER_AUTOSCALER_URL\) is .*: must be like http:\/\/127\.0\.0\.1:9090/,
      ),
    })
  })

  test('something else that answers there', async () => {
    const other = createServer((_, response) => response.end('<html>'))
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
    expect(await ask(`status --url ${url}`)).toMatchObject({
      code: 1,
      err: `what answers at ${url} is no autoscaler of this kind; name it with --url\n`,
    })
    await new Promise((resolve) => other.close(resolve))
  })
})
