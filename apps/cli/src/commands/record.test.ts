import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  adminToken,
  EmulatedAgent,
  EmulatedWoodpecker,
  type ServedWoodpecker,
  serveWoodpecker,
} from '@woodpeckers/autoscaler-emulators'
import { readTrace } from '@woodpeckers/autoscaler-traces'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { fastClock } from '../fixtures/fast-clock.ts'
import { runInProcess } from '../fixtures/in-process.ts'

const clock = fastClock()
let woodpecker: EmulatedWoodpecker
let served: ServedWoodpecker
let cwd = ''
let agent: EmulatedAgent | undefined

beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'record-'))
  woodpecker = new EmulatedWoodpecker({ clock, random: Math.random })
  served = await serveWoodpecker(woodpecker)
})
afterEach(async () => {
  agent?.kill()
  agent = undefined
  await served.close()
  rmSync(cwd, { recursive: true })
})

const env = () => ({ WOODPECKER_SERVER: served.url, WOODPECKER_TOKEN: adminToken })

function startAgent(): void {
  const { token } = woodpecker.records.create({ name: 'by-hand', no_schedule: false }, 1, -1)
  const settings = { hostname: 'by-hand', retryTimeoutMs: 0, maxWorkflows: 2 }
  agent = new EmulatedAgent({ link: woodpecker.link(token), clock, random: Math.random, settings })
  agent.start()
}

function order(): void {
  const workflows = [
    { name: 'build', durationMs: 12_000, labels: { platform: 'linux/amd64' } },
    { name: 'test', durationMs: 20_000, dependsOn: ['build'] },
  ]
  woodpecker.pipelines.create({ repo: 'acme/app', workflows })
}

const haveEnded = () =>
  vi.waitFor(
    () => {
      const all = [...woodpecker.database.pipelines.values()]
      expect(all.length > 0 && all.every(({ status }) => status === 'success')).toBe(true)
    },
    { timeout: 15_000 },
  )

const traceIn = (file: string) => readTrace(readFileSync(join(cwd, file), 'utf8')).trace

test('live, jobs are kept with their length and what they wait for; Ctrl-C ends it', async () => {
  startAgent()
  let stop = () => {}
  const running = runInProcess(['record', '--out=trace.jsonl'], env(), {
    cwd,
    clock,
    onSignal: (listener) => {
      stop = () => listener('SIGINT')
      return () => {}
    },
  })
  order()
  await haveEnded()
  await vi.waitFor(() => expect(traceIn('trace.jsonl').arrivals).toHaveLength(2), { timeout: 15_000 })
  stop()
  const { code, err } = await running
  expect({ code, err }).toEqual({ code: 0, err: '2 jobs recorded, 0 in the queue\n' })
  const [build, test] = traceIn('trace.jsonl').arrivals.toSorted((a, b) => a.durationMs - b.durationMs)
  expect(build).toMatchObject({ labels: { platform: 'linux/amd64' } })
  expect(build!.durationMs).toBeGreaterThan(10_000)
  expect(build!.durationMs).toBeLessThan(20_000)
  expect(test!.after).toEqual([build!.id])
  const text = readFileSync(join(cwd, 'trace.jsonl'), 'utf8')
  expect(text).not.toContain('acme')
  expect(text).not.toContain(adminToken)
})

test('from the past, with labels that the past does not know, and names where asked for', async () => {
  startAgent()
  order()
  await haveEnded()
  const argv = ['record', '--from-history', '--since', '1d', '--plain-names']
  const kept = [...argv, '--out', 'past.jsonl', '--repo', 'acme/app', '--label', 'platform=linux/amd64']
  expect(await runInProcess(kept, env(), { cwd, clock })).toEqual({
    code: 0,
    out: '',
    err: '2 jobs of the last 1d kept\n',
  })
  const { arrivals, spanMs } = traceIn('past.jsonl')
  expect(spanMs).toBeGreaterThan(23 * 3_600_000)
  expect(arrivals.map(({ labels }) => labels)).toEqual([
    { repo: 'acme/app', 'org-id': expect.any(String), platform: 'linux/amd64' },
    { repo: 'acme/app', 'org-id': expect.any(String), platform: 'linux/amd64' },
  ])
  expect(await runInProcess(kept, env(), { cwd, clock })).toMatchObject({
    code: 2,
    err: '--out is "past.jsonl", which is there already; --force writes over it\n',
  })
})

test('the server may be said by a config file, whose other settings nobody needs', async () => {
  startAgent()
  order()
  await haveEnded()
  writeFileSync(
    join(cwd, 'a.yaml'),
    `server:\n  url: ${served.url}\n  token: \${TOKEN}\npools:\n  - id: a\n    provider: hetznercloud\n    hetznercloud:\n      apiToken: \${NOT_HERE}\n`,
  )
  const argv = ['record', '--config=a.yaml', '--from-history', '--out=past.jsonl']
  const { code, err } = await runInProcess(argv, { TOKEN: adminToken }, { cwd, clock })
  expect({ code, err }).toEqual({ code: 0, err: '2 jobs of the last 7d kept\n' })
})

test('a token that is not good ends it with 1 and one line', async () => {
  const wrong = { ...env(), WOODPECKER_TOKEN: 'not-good-not-good' }
  for (const more of [[], ['--from-history']]) {
    const argv = ['record', '--out', `${more.length}.jsonl`, ...more]
    const { code, err } = await runInProcess(argv, wrong, { cwd, clock })
    expect(code).toBe(1)
    expect(err.trim().split('\n').at(-1)).toMatch(/401|not authorized/)
    expect(err).not.toContain('not-good')
  }
})

test.each<[readonly string[], RegExp]>([
  [
    ['--out=x', '--server-token='],
    /^--server-token \(WOODPECKER_TOKEN\), from --server-token, must not be empty/,
  ],
  [[], /^--out is missing/],
  [['--out=x', '--repo=a/b'], /^--repo is for --from-history/],
  [['--out=x', '--from-history', '--since=soon'], /^--since is "soon": must be a duration, like 7d or 36h/],
  [['--out=x', '--from-history', '--label=x'], /^--label must be key=value/],
  [['--out=x', '--from-history', '--repo=acme/none'], /^--repo: there is no repository "acme\/none"/],
  [['--out=no/such/folder/x'], /^--out is "no\/such\/folder\/x", which cannot be gone on with: ENOENT/],
])('%j ends it with 2', async (argv, line) => {
  const { code, out, err } = await runInProcess(['record', ...argv], env(), { cwd, clock })
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toMatch(line)
})
