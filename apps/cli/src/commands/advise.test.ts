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
  [
    [...usual, '--type=cax11', '--price=cax11=1 EUR'],
    /^--type is "cax11": its agents run on linux\/arm64, those of pool main on linux\/amd64/,
  ],
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

test('what is written fits each pool, and is taken', async () => {
  const shared = '{apiToken: x, serverType: [cx23], image: ubuntu-24.04}'
  const pools = [
    `  - {id: main, provider: hetznercloud, max: 9, hetznercloud: &cloud ${shared}}`,
    '  - {id: small, provider: hetznercloud, max: 1, labels: {size: small}, hetznercloud: *cloud}',
  ]
  writeFileSync(join(cwd, 'two.yaml'), ['pools:', ...pools, ''].join('\n'))
  const asked = ['trace.jsonl', '--config=two.yaml', '--price=1 EUR', '--billing=second', '--effort=0.01']
  const { out } = await run(...asked)
  const last = out.match(/^\d+ +\d.* EUR .*$/gm)!.length
  for (const pick of Array.from({ length: last }, (_, at) => at + 1)) {
    expect((await run(...asked, `--pick=${pick}`, '--out=new.yaml', '--force')).code).toBe(0)
    const played = await runInProcess(['simulate', 'trace.jsonl', '--config=new.yaml'], {}, { cwd })
    expect(played).toMatchObject({ code: 0 })
  }
}, 120_000)

test('agents of an ephemeral pool take one workflow, whatever is tried', async () => {
  const text = readFileSync(join(cwd, 'a.yaml'), 'utf8').replace('max: 1', 'mode: ephemeral\n    max: 1')
  writeFileSync(join(cwd, 'a.yaml'), text)
  const { code, err } = await run(...usual, '--capacity=2')
  expect({ code, err }).toEqual({
    code: 2,
    err: expect.stringMatching(/^--capacity: pool main is ephemeral/),
  })
})

test('settings under which jobs never run do not look cheap', async () => {
  const text = readFileSync(join(cwd, 'a.yaml'), 'utf8')
  writeFileSync(join(cwd, 'a.yaml'), `limits:\n  maxHourlyCost: 0.5 EUR\n${text}`)
  const { out } = await run(...usual)
  expect(out).toMatch(/jobs that never ran/)
  expect(out).toMatch(/^now +.* – +– +– +3 +as it is$/m)
}, 60_000)
