import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { EXAMPLE_ENV, EXAMPLES } from '../fixtures/an-example.ts'
import { runInProcess } from '../fixtures/in-process.ts'
import { AFile, SERVER } from './a-file.test-setup.ts'
import { printConfig } from './print-config.ts'

let validate: ValidateFunction

beforeAll(async () => {
  const { out } = await runInProcess(['config', 'schema'])
  validate = new Ajv2020({ strict: false, allErrors: true, validateFormats: false }).compile(JSON.parse(out))
})

/** What an editor underlines: where, and why. */
function underlined(text: string): readonly string[] {
  if (validate(parse(text))) return []
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    `${instancePath} ${message} ${params['additionalProperty'] ?? ''}`.trim(),
  )
}

const examples = readdirSync(EXAMPLES).filter((name) => name.endsWith('.yaml'))

test.each(examples)('the schema has nothing against %s', (name) => {
  expect(underlined(readFileSync(join(EXAMPLES, name), 'utf8'))).toEqual([])
})

test.each(examples)('nor against what config print makes of %s', async (name) => {
  using file = new AFile()
  const printed = printConfig(await file.config(readFileSync(join(EXAMPLES, name), 'utf8'), EXAMPLE_ENV))
  expect(underlined(printed)).toEqual([])
})

const POOL = `${SERVER}pools:
  - id: a
    provider: hetznercloud
`

test.each([
  ['a mistyped key', 'maxx: 3', '/pools/0 must NOT have additional properties maxx'],
  [
    'a mistyped key of a provider',
    'hetznercloud: { apiTokn: x }',
    '/pools/0/hetznercloud must NOT have additional properties apiTokn',
  ],
  ['a word for a number', 'max: many', '/pools/0/max must be integer'],
  [
    'a duration without a unit',
    'idleTimeout: ten',
    expect.stringMatching(/^\/pools\/0\/idleTimeout must match pattern/),
  ],
  [
    'a schedule without a cron',
    'schedules: [{ min: 1 }]',
    "/pools/0/schedules/0 must have required property 'cron'",
  ],
])('an editor underlines %s', (_, line, wrong) => {
  expect(underlined(`${POOL}    ${line}\n`)).toContainEqual(wrong)
})

test.each([
  ['variables, whatever they stand for', `max: \${MAX:-3}`],
  ['files for secrets', 'hetznercloud: { apiToken: "file:/run/token", serverType: [cx23] }'],
  ['versions that YAML takes for numbers', 'hetznercloud: { image: 24.04 }'],
  ['labels of any kind', 'labels: { "!spot": true, cores: 4, none: }'],
  [
    'schedules, buffers and money',
    'schedules: [{ cron: "* 8-17 * * *", min: 2, buffer: 20% }]\n    buffer: 2',
  ],
])('and takes %s', (_, line) => {
  expect(underlined(`${POOL}    ${line}\n`)).toEqual([])
})

test('config validate tells a mistyped key with file, line, column, its path, and the right one', async () => {
  using file = new AFile()
  file.write('autoscaler.yaml', `${POOL}    maxx: 3\n    hetznercloud: { apiToken: x, serverType: [cx23] }\n`)
  const { code, err } = await runInProcess(['config', 'validate', `--config=${file.path}`])
  expect(code).toBe(2)
  expect(err).toContain('autoscaler.yaml:5:5: pools[0].maxx is not known; did you mean max?\n')
  expect(
    err
      .trim()
      .split('\n')
      .filter((line) => line.includes('autoscaler.yaml:')),
  ).toHaveLength(1)
})
