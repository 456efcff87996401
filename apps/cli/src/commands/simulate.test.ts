import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readTrace } from '@woodpeckers/autoscaler-traces'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runInProcess } from '../fixtures/in-process.ts'

const MINUTE_MS = 60_000

let cwd = ''
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'simulate-'))
  write('few.yaml', pool('max: 2'))
  write('many.yaml', pool('max: 20\n    min: 2'))
  write('trace.jsonl', trace(40))
})
afterEach(() => rmSync(cwd, { recursive: true }))

const write = (name: string, text: string) => writeFileSync(join(cwd, name), text)
const run = (...argv: string[]) => runInProcess(['simulate', ...argv], {}, { cwd })

function pool(settings: string): string {
  return `server:
  url: \${NOT_SET}
  token: \${NOT_SET}
pools:
  - id: main
    provider: hetznercloud
    ${settings}
    hetznercloud:
      apiToken: \${NOT_SET}
      serverType: [cx23:fsn1, cx33]
`
}

const HEAD = '{"version":1,"startAt":"2026-01-05T08:00:00Z"}'

/** Four jobs each five minutes, of three minutes each. */
function trace(jobs: number, labels: object = { repo: 'acme/app' }): string {
  const lines = Array.from({ length: jobs }, (_, at) => ({
    atMs: Math.floor(at / 4) * 5 * MINUTE_MS,
    labels,
    durationMs: 3 * MINUTE_MS,
  }))
  return [HEAD, ...lines.map((line) => JSON.stringify(line)), ''].join('\n')
}

test('two configs are compared by a table, the best of each row marked, with what was taken for granted', async () => {
  const { code, out, err } = await run(
    'trace.jsonl',
    '--config=few.yaml',
    '--config=many.yaml',
    '--price=cx23=0.01 EUR',
    '--boot=30s/40s',
  )
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toMatch(/^40 jobs in 45m, from 2026-01-05 08:00 UTC on\n/)
  expect(out).toMatch(/^ +few\.yaml +many\.yaml$/m)
  expect(out).toMatch(/^waiting, the longest +\d+m\S* +\S+ \*$/m)
  expect(out).toMatch(/^cost +0\.04\d\d EUR +0\.04\d\d EUR$/m)
  expect(out).toMatch(/^busiest hour: jobs +40 +40$/m)
  expect(out).toContain(
    'few.yaml: main: cx23 on linux/amd64, 0.0100 EUR an hour, paid by the hour; up in 30s, 95 % in 40s\n',
  )
})

test('--json has each figure with its value and which is the best, and no drawing', async () => {
  const { code, out } = await run('trace.jsonl', '--config=few.yaml', '--config=many.yaml', '--json')
  expect(code).toBe(0)
  const { trace, settings } = JSON.parse(out)
  expect(trace).toEqual({ jobs: 40, startAt: '2026-01-05T08:00:00.000Z', spanMs: 45 * MINUTE_MS })
  const [few, many] = settings
  expect([few.name, many.name]).toEqual(['few.yaml', 'many.yaml'])
  expect(few.figures.waitingMaxMs.best).toBe(false)
  expect(many.figures.waitingMaxMs).toEqual({ value: many.waiting.maxMs, best: true })
  expect(many.jobs).toMatchObject({ arrived: 40, done: 40 })
  // No price was said.
  expect(many.figures.cost).toEqual({ value: null, best: false })
  expect(many).not.toHaveProperty('machines')
})

test('--html is one file with the figures and a timeline of each, which asks nobody', async () => {
  const html = ['--html=out.html', '--price=1 EUR']
  const { code, err } = await run('trace.jsonl', '--config=few.yaml', '--config=many.yaml', ...html)
  expect({ code, err }).toEqual({ code: 0, err: 'out.html has a timeline of each\n' })
  const page = readFileSync(join(cwd, 'out.html'), 'utf8')
  const [, json] = /<script type="application\/json" id="report-data">(.*?)<\/script>/s.exec(page) ?? []
  const { runs, summaryRows } = JSON.parse(json!)
  expect(runs.map(({ name }: { name: string }) => name)).toEqual(['few.yaml', 'many.yaml'])
  expect(runs[1].history.machines.length).toBeGreaterThan(2)
  expect(runs[1].summary[summaryRows[2]]).toMatch(/ ★$/)
  expect(page).not.toMatch(/(?:src|href)="https?:/)
  expect((await run('trace.jsonl', '--config=few.yaml', ...html)).err).toMatch(
    /^--html is "out\.html", which is there/,
  )
})

test('a job that wants another platform is told by its label, and the others are played', async () => {
  write(
    'arm.jsonl',
    `${trace(4)}{"atMs":900000,"labels":{"repo":"a/b","platform":"linux/arm64"},"durationMs":1}\n`,
  )
  const { code, out, err } = await run('arm.jsonl', '--config=few.yaml')
  expect(code).toBe(0)
  expect(err).toBe('few.yaml: 1 job is taken by no pool: platform=linux/arm64, pool main has linux/amd64\n')
  expect(out).toMatch(/^jobs that never ran +1$/m)
  expect((await run('arm.jsonl', '--config=few.yaml', '--platform=linux/arm64')).err).toBe('')
})

test('a config with no pool that takes any job ends it with 2, each label said', async () => {
  write('gpu.jsonl', trace(4, { repo: 'a/b', gpu: 'yes' }))
  expect(await run('gpu.jsonl', '--config=few.yaml')).toEqual({
    code: 2,
    out: '',
    err: 'few.yaml: 4 jobs are taken by no pool: gpu=yes, pool main has no such label\nfew.yaml: no pool takes any job of the trace\n',
  })
})

test('what is wrong with any of the configs is told at once', async () => {
  write('wrong.yaml', pool('max: many'))
  write('also.yaml', pool('mix: 3'))
  const { code, err } = await run('trace.jsonl', '--config=wrong.yaml', '--config=also.yaml')
  expect(code).toBe(2)
  expect(err).toMatch(/^wrong\.yaml:7:\d+: pools\[0\]\.max/m)
  expect(err).toMatch(/^also\.yaml:7:\d+: pools\[0\]\.mix/m)
})

test('limits on costs need prices', async () => {
  write('capped.yaml', `limits:\n  maxHourlyCost: 2 EUR\n${pool('max: 3')}`)
  expect(await run('trace.jsonl', '--config=capped.yaml')).toMatchObject({
    code: 2,
    err: 'capped.yaml: limits.maxHourlyCost cannot be kept without prices; say them with --price\n',
  })
  const { code, out } = await run('trace.jsonl', '--config=capped.yaml', '--price=1 EUR', '--json')
  expect(code).toBe(0)
  expect(JSON.parse(out).settings[0].mostMachines).toBe(2)
})

test('machines that would be stopped where that saves nothing are refused, as run does', async () => {
  write('parks.yaml', pool('stopped:\n      max: 2'))
  expect((await run('trace.jsonl', '--config=parks.yaml')).err).toBe(
    'parks.yaml: pool main: stopped.max is 2, but stopping saves nothing there; use 0\n',
  )
})

describe('a trace with something wrong', () => {
  test('has a line for each place, and --lenient passes over them', async () => {
    write('broken.jsonl', `${trace(8)}not json\n{"atMs":-1}\n`)
    const strict = await run('broken.jsonl', '--config=few.yaml')
    expect({ code: strict.code, out: strict.out }).toEqual({ code: 2, out: '' })
    const lines = strict.err.trimEnd().split('\n')
    expect(lines[0]).toBe('broken.jsonl: line 10: it is no JSON')
    expect(lines[1]).toMatch(/^broken\.jsonl: line 11: atMs: /)
    expect(lines[2]).toBe('broken.jsonl: --lenient passes over such lines')
    const lenient = await run('broken.jsonl', '--config=few.yaml', '--lenient')
    expect(lenient.code).toBe(0)
    expect(lenient.err).toMatch(/^2 of its lines are passed over\nbroken\.jsonl: line 10: it is no JSON\n/)
    expect(lenient.out).toMatch(/^8 jobs in/)
  })

  test.each<[string, string, RegExp]>([
    ['nothing in it', '', /^t: line 1: the file is empty\n$/],
    ['a head alone', `${HEAD}\n`, /^t: there is no job in it\n$/],
    [
      'another version',
      '{"version":7}\n',
      /^t: line 1: version: this program reads traces of version 1 only\n$/,
    ],
    [
      'times out of order',
      `${HEAD}\n{"atMs":5,"labels":{},"durationMs":1}\n{"atMs":2,"labels":{},"durationMs":1}\n`,
      /^t: line 3: it came before the one above it\n/,
    ],
    ['an unknown field', `${HEAD}\n{"atMs":5,"labels":{},"durationMs":1,"tokn":"x"}\n`, /^t: line 2: .*tokn/],
  ])('%s', async (_, text, line) => {
    write('t', text)
    const { code, err } = await run('t', '--config=few.yaml')
    expect(code).toBe(2)
    expect(err).toMatch(line)
  })
})

describe('--generate', () => {
  test('writes a trace, the same for the same seed', async () => {
    const made = ['--generate=monorepo', '--jobs=100', '--seed=5']
    expect(await run(...made, '--out=new.jsonl')).toEqual({ code: 0, out: '', err: '' })
    const text = readFileSync(join(cwd, 'new.jsonl'), 'utf8')
    expect(readTrace(text).trace.arrivals).toHaveLength(100)
    expect((await run(...made)).out).toBe(text)
    expect((await run(...made, '--out=new.jsonl')).err).toMatch(
      /^--out is "new\.jsonl", which is there already/,
    )
  })

  test('with a config it is played at once', async () => {
    const { code, out } = await run('--generate=nightly', '--jobs=20', '--config=few.yaml')
    expect(code).toBe(0)
    expect(out).toMatch(/^20 jobs in 24h/)
  })
})

test.each<[readonly string[], RegExp]>([
  [[], /^say which trace: simulate <trace>/],
  [['trace.jsonl'], /^--config is missing/],
  [['none.jsonl', '--config=few.yaml'], /^the trace "none\.jsonl" cannot be read: there is no such file/],
  [['trace.jsonl', '--config=none.yaml'], /is "none\.yaml": there is no such file/],
  [['trace.jsonl', '--generate=nightly'], /^--generate makes a trace, and "trace\.jsonl" is one/],
  [['--generate=hourly'], /^--generate is "hourly": must be bursty, nightly, monorepo$/m],
  [['--generate=nightly', '--jobs=0'], /^--jobs is "0": must be a whole number from 1 to 1000000$/m],
  [
    ['trace.jsonl', '--config=few.yaml', '--price=cheap'],
    /^--price is "cheap": must be an amount with its currency/,
  ],
  [['trace.jsonl', '--config=few.yaml', '--boot=70s/45s'], /^--boot is "70s\/45s": must be a duration/],
  [['trace.jsonl', '--config=few.yaml', '--billing=day'], /^--billing is "day": must be second or hour$/m],
  [
    ['trace.jsonl', '--config=few.yaml', '--seed=-1'],
    /^--seed is "-1": must be a whole number of at least 0$/m,
  ],
  [['trace.jsonl', 'other.jsonl', '--config=few.yaml'], /too many arguments/],
])('%j ends it with 2 and one line', async (argv, line) => {
  const { code, out, err } = await run(...argv)
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toMatch(line)
})
