import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runInProcess } from '../fixtures/in-process.ts'

let cwd = ''
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'advise-'))
  writeFileSync(
    join(cwd, 'a.yaml'),
    `pools:
  - id: main
    provider: hetznercloud
    max: 1 # so far
    hetznercloud:
      apiToken: \${NOT_SET}
      serverType: [cx23]
`,
  )
  const jobs = Array.from({ length: 3 }, (_, at) =>
    JSON.stringify({ atMs: 300_000 + at * 420_000, labels: { repo: 'a/b' }, durationMs: 120_000 }),
  )
  writeFileSync(join(cwd, 'trace.jsonl'), ['{"version":1}', ...jobs, ''].join('\n'))
})
afterEach(() => rmSync(cwd, { recursive: true }))

const run = (...argv: string[]) => runInProcess(['advise', ...argv], {}, { cwd })
const usual = ['trace.jsonl', '--config=a.yaml', '--price=1 EUR', '--billing=second', '--effort=0.01']

test('shows what less waiting costs, and writes the config of the one that is picked', async () => {
  const { code, out, err } = await run(...usual)
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toMatch(/^ +cost +machine hours +waiting, mean +95 % +longest +settings$/m)
  expect(out).toMatch(/^now +\d.*as it is$/m)
  const points = out.match(/^\d+ +\d.* EUR .*$/gm)!
  expect(points.length).toBeGreaterThan(1)
  const picked = await run(...usual, `--pick=${points.length}`, '--out=new.yaml')
  expect(picked.code).toBe(0)
  expect(picked.out).toBe(out)
  expect(picked.err).toMatch(/^new\.yaml is a\.yaml with: /)
  const text = readFileSync(join(cwd, 'new.yaml'), 'utf8')
  expect(text).toContain('max: 1 # so far\n')
  expect(text).toMatch(/^ {4}(?:min|buffer): /m)
  const played = await runInProcess(
    ['simulate', 'trace.jsonl', '--config=new.yaml', '--config=a.yaml'],
    {},
    { cwd },
  )
  expect(played.code).toBe(0)
}, 60_000)

test('--json numbers the points as --pick counts', async () => {
  const { points, now, tried } = JSON.parse((await run(...usual, '--json')).out)
  expect(points.map(({ pick }: { pick: number }) => pick)).toEqual(
    points.map((_: unknown, index: number) => index + 1),
  )
  expect(points.at(-1).waiting.meanMs).toBeLessThan(now.waiting.meanMs)
  expect(tried).toBeGreaterThan(10)
}, 60_000)

test('machine types are tried where their prices are said', async () => {
  const types = ['--type=cx23,cx33', '--price=cx33=3 EUR', '--price=cx23=1 EUR', '--speed=cx33=2']
  const { code, out } = await run(
    'trace.jsonl',
    '--config=a.yaml',
    '--billing=second',
    '--effort=0.01',
    ...types,
  )
  expect(code).toBe(0)
  expect(out).toMatch(/^\d+ +.* EUR .*cx23, /m)
}, 60_000)

test.each<[readonly string[], RegExp]>([
  [['trace.jsonl'], /^--config is missing/],
  [['--config=a.yaml'], /missing required argument 'trace'/],
  [[...usual, '--pick=2'], /^--pick and --out go together/],
  [[...usual, '--pick=99', '--out=x'], /^--pick is 99: there are 1 to \d+$/m],
  [[...usual, '--type=cx99'], /^--type is "cx99": its price must be said, like --price 'cx99=0\.01 EUR'$/m],
  [[...usual, '--pool=other'], /^--pool is "other": there are main$/m],
  [[...usual, '--effort=0'], /^--effort is "0": must be a number from 0\.01 to 100$/m],
  [[...usual, '--capacity=1,none'], /^--capacity is "none": must be a whole number from 1 to 64$/m],
])(
  '%j ends it with 2 and one line',
  async (argv, line) => {
    const { code, out, err } = await run(...argv)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(line)
  },
  60_000,
)
