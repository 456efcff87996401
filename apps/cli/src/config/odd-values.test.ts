import { chmodSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { AFile, SERVER } from './a-file.test-setup.ts'
import { printConfig } from './print-config.ts'

const POOL = `${SERVER}pools:
  - id: a
    provider: hetznercloud
    hetznercloud: { apiToken: token-of-cloud, serverType: [cx23] }
`

/** The file with one more entry in its pool, as a program would write it. */
function withPool(more: object): string {
  const file = parse(POOL)
  return stringify({ ...file, pools: [{ ...file.pools[0], ...more }] })
}

const labels = {
  spaced: 'two words',
  'ünï/cöde': 'süß 🐿',
  long: 'x'.repeat(10_240),
  '!demanded': 'yes',
  equals: 'a=b',
  no: 'yes',
}
const variables = {
  LIST: 'a,b, c',
  QUOTED: 'say "hi", and \'ho\'',
  DOLLAR: `\${HOME}/bin:$PATH:$\${x}`,
  JSON: '{"a":[1,2]}',
  ZERO: '007',
}

test('labels and variables of agents are what was written: spaces, commas, quotes, any letters, 10 kB', async () => {
  using file = new AFile()
  const escaped = { ...variables, DOLLAR: `$\${HOME}/bin:$PATH:$$\${x}` }
  const { pools } = await file.config(withPool({ labels, agent: { env: escaped } }))
  expect(pools[0]).toMatchObject({ agentLabels: labels, agentEnv: variables })
})

test('what YAML takes for numbers, switches or nothing is text where text is meant', async () => {
  using file = new AFile()
  const { pools } = await file.config(
    `${POOL}    labels: { version: 1.10, on: yes, debug: true, none: null, hex: 0x10 }\n`,
  )
  expect(pools[0]?.agentLabels).toEqual({
    version: '1.10',
    on: 'yes',
    debug: 'true',
    none: 'null',
    hex: '0x10',
  })
})

test('config print can be read again, and says the same', async () => {
  using file = new AFile()
  const escaped = { ...variables, DOLLAR: `$\${HOME}/bin:$PATH:$$\${x}` }
  const text = withPool({
    labels: { ...labels, path: `x$\${y}` },
    agent: { env: escaped },
    schedules: [{ cron: '0 8 * * 1-5', timeZone: 'Europe/Berlin', for: '10h', min: 1, buffer: '20%' }],
    maxAge: '36h',
    userData: {
      template: `#cloud-config\nruncmd:\n  - echo \${HOME}; docker run -e A={{ .Environment.A }} {{ .Image }}\n`,
    },
  })
  const first = await file.config(`limits: { maxHourlyCost: 1.5 EUR }\n${text}`)
  const printed = printConfig(first)
  expect(printed).not.toMatch(/token-of-cloud|t0ken-of-ci/)
  const second = await file.config(printed)
  expect(printConfig(second)).toBe(printed)
  const { agentEnv, agentLabels, schedules, cloudinitTemplate } = first.pools[0]!
  expect(second.pools[0]).toMatchObject({ agentEnv, agentLabels, schedules, cloudinitTemplate })
})

test('a secret comes from a file or a variable, and is known as one', async () => {
  using file = new AFile()
  file.write('token', 'from-a-file\n')
  const text = POOL.replace('token-of-cloud', 'file:token').replace('t0ken-of-ci', `"\${CI_TOKEN}"`)
  const { pools, secrets, file: read } = await file.config(text, { CI_TOKEN: 'from-a-variable' })
  expect(pools[0]?.providerOptions['apiToken']).toBe('from-a-file')
  expect(secrets.toSorted()).toEqual(['from-a-file', 'from-a-variable'])
  expect(read?.refersTo).toEqual([`${file.folder}/token`])
})

test('what looks like a secret among the variables of agents is known as one, and not printed', async () => {
  using file = new AFile()
  const env = {
    NPM_TOKEN: 'hunter2-of-npm',
    PROXY: 'http://ada:lovelace@proxy:8080',
    LEVEL: 'debug-everything',
  }
  const config = await file.config(withPool({ agent: { env } }))
  const printed = printConfig(config)
  expect(printed).toContain('debug-everything')
  expect(printed).not.toMatch(/hunter2|lovelace/)
})

test('a secret file that everybody may read is warned of, with its line', async () => {
  using file = new AFile()
  file.write('token', 'from-a-file\n')
  chmodSync(`${file.folder}/token`, 0o644)
  const { warnings } = await file.config(POOL.replace('token-of-cloud', 'file:token'))
  expect(warnings).toEqual([
    `autoscaler.yaml:5:31: pools[0].hetznercloud.apiToken names the file ${file.folder}/token, which every user of this computer may read: chmod o-r`,
  ])
})

test('so is a config file with a secret in it', async () => {
  using file = new AFile()
  file.write('autoscaler.yaml', POOL)
  chmodSync(file.path, 0o644)
  const { warnings } = await file.config(POOL)
  expect(warnings).toEqual([expect.stringMatching(/^autoscaler\.yaml holds a secret, .*: chmod o-r/)])
})

test('an empty secret file is refused', async () => {
  using file = new AFile()
  file.write('token', '\n')
  const read = await file.read(POOL.replace('token-of-cloud', 'file:token'))
  expect(read).toMatchObject({
    ok: false,
    problems: [
      `autoscaler.yaml:5:31: pools[0].hetznercloud.apiToken names the file ${file.folder}/token, which is empty`,
    ],
  })
})

test('a pool cannot be called all, which means every pool', async () => {
  using file = new AFile()
  expect(await file.read(POOL.replace('id: a', 'id: all'))).toMatchObject({
    ok: false,
    problems: [
      expect.stringMatching(/pools\[0\]\.id .*must be another word: all means every pool, as in pause all/),
    ],
  })
})
