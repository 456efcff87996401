import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AGENT_RELEASES } from '@woodpeckers/autoscaler-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { STILL_PROVIDER } from './fixtures/in-process.ts'
import { builtInProviders } from './providers/built-in.ts'
import { findProvider } from './providers/find-provider.ts'
import { withDotEnv } from './settings/dot-env.ts'
import { flagOfArgv } from './settings/flag-of-argv.ts'
import { type LoadedSettings, loadSettings } from './settings/load-settings.ts'

const NEEDED = {
  WOODPECKER_TOKEN: 't0ken-t0ken',
  WOODPECKER_PROVIDER: STILL_PROVIDER,
  WOODPECKER_STILL_API_TOKEN: 'c1oud-c1oud',
}
const still = await findProvider(STILL_PROVIDER, '/')

let cwd = ''
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'settings-'))
})
afterEach(() => rmSync(cwd, { recursive: true }))

function load(env: Record<string, string>, flags: Record<string, string> = {}) {
  const merged = withDotEnv({ ...NEEDED, ...env }, cwd)
  return loadSettings(still, { flags, env: merged.env }, cwd)
}

function settingsOf(...given: Parameters<typeof load>): LoadedSettings {
  const result = load(...given)
  if (!result.ok) throw new Error(result.problems.join('\n'))
  return result.settings
}

function problemsOf(...given: Parameters<typeof load>): readonly string[] {
  const result = load(...given)
  return result.ok ? [] : result.problems
}

test('without anything but what is needed, the defaults are those of the Go autoscaler, the interval apart', () => {
  expect(settingsOf({}).cli).toEqual({
    serverUrl: 'http://localhost:8000',
    serverToken: 't0ken-t0ken',
    grpcAddr: 'woodpecker-server:9000',
    grpcSecure: false,
    provider: STILL_PROVIDER,
    poolId: '1',
    minAgents: 1,
    maxAgents: 10,
    workflowsPerAgent: 2,
    agentIdleTimeout: 600_000,
    agentInactivityTimeout: 600_000,
    agentBillingTeardownMargin: 120_000,
    agentEnv: {},
    agentLabels: {},
    allowedHosts: [],
    agentId: [],
    agentMode: 'container',
    agentBinaryUrl: AGENT_RELEASES,
    agentBinarySha256: [],
    registryMirror: [],
    selfDestructAfter: 0,
    reconciliationInterval: 10_000,
    restartGrace: 300_000,
    longestPipeline: 7_200_000,
    listLag: 120_000,
    poweredOffTimeout: 20_000,
    stoppedMax: 0,
    stoppedFor: 86_400_000,
    keepFailed: 0,
    mode: 'reused',
    priority: 0,
    bootAllowance: 180_000,
    buffer: { slots: 0 },
    prewarm: false,
    scaleUpDelay: 0,
    shrinkOrder: ['idlest', 'dearest', 'oldest'],
    packing: false,
    replaceDrifted: true,
    failingAfter: 5,
    logLevel: 'info',
  })
})

describe('the variables of the Go autoscaler', () => {
  test.each([
    ['WOODPECKER_LOG_LEVEL', 'debug', { logLevel: 'debug' }],
    ['WOODPECKER_RECONCILIATION_INTERVAL', '1m', { reconciliationInterval: 60_000 }],
    ['WOODPECKER_POOL_ID', 'blue', { poolId: 'blue' }],
    ['WOODPECKER_MIN_AGENTS', '0', { minAgents: 0 }],
    ['WOODPECKER_MAX_AGENTS', '3', { maxAgents: 3 }],
    ['WOODPECKER_AGENT_INACTIVITY_TIMEOUT', '5m', { agentInactivityTimeout: 300_000 }],
    ['WOODPECKER_AGENT_ALLOWED_STARTUP_TIME', '6m', { agentInactivityTimeout: 360_000 }],
    ['WOODPECKER_AGENT_IDLE_TIMEOUT', '2h45m', { agentIdleTimeout: 9_900_000 }],
    ['WOODPECKER_AGENT_BILLING_TEARDOWN_MARGIN', '90s', { agentBillingTeardownMargin: 90_000 }],
    ['WOODPECKER_WORKFLOWS_PER_AGENT', '4', { workflowsPerAgent: 4 }],
    ['WOODPECKER_SERVER', 'https://ci.example/x', { serverUrl: 'https://ci.example/x' }],
    ['WOODPECKER_GRPC_ADDR', 'grpc.example', { grpcAddr: 'grpc.example' }],
    ['WOODPECKER_GRPC_SECURE', '1', { grpcSecure: true }],
    ['WOODPECKER_AGENT_IMAGE', 'me/agent:v3', { agentImage: 'me/agent:v3' }],
    ['WOODPECKER_AGENT_ENV', 'A=1,B=x=y', { agentEnv: { A: '1', B: 'x=y' } }],
    ['WOODPECKER_AGENT_LABELS', 'gpu=yes,!team=red', { agentLabels: { gpu: 'yes', '!team': 'red' } }],
    ['WOODPECKER_CLOUDINIT_TEMPLATE', '#!x', { cloudinitTemplate: '#!x' }],
    ['WOODPECKER_PROVIDER_USERDATA', '#!x', { cloudinitTemplate: '#!x' }],
  ])('%s=%s', (name, value, values) => {
    expect(settingsOf({ [name]: value }).cli).toMatchObject(values)
  })

  test.each(['WOODPECKER_CLOUDINIT_TEMPLATE_FILE', 'WOODPECKER_PROVIDER_USERDATA_FILE'])(
    '%s names a file',
    (name) => {
      writeFileSync(join(cwd, 'template'), '#cloud-config\n')
      expect(settingsOf({ [name]: 'template' }).cli.cloudinitTemplate).toBe('#cloud-config\n')
    },
  )

  test('WOODPECKER_TOKEN_FILE names a file, whose line break is no part of the token', () => {
    writeFileSync(join(cwd, 'token'), 'from-a-file\n')
    const settings = settingsOf({ WOODPECKER_TOKEN: '', WOODPECKER_TOKEN_FILE: join(cwd, 'token') })
    expect(settings.cli.serverToken).toBe('from-a-file')
    expect(settings.secrets).toContain('from-a-file')
  })

  test('a token file that is empty, or not there, is told by its name', () => {
    writeFileSync(join(cwd, 'token'), ' \n')
    expect(problemsOf({ WOODPECKER_TOKEN: '', WOODPECKER_TOKEN_FILE: 'token' })).toEqual([
      'WOODPECKER_TOKEN_FILE names a file that is empty: token',
    ])
    expect(problemsOf({ WOODPECKER_TOKEN: '', WOODPECKER_TOKEN_FILE: 'tokens' })).toEqual([
      expect.stringMatching(/^WOODPECKER_TOKEN_FILE names a file that cannot be read: ENOENT/),
    ])
    expect(problemsOf({ WOODPECKER_TOKEN_FILE: 'token' })).toEqual([
      'WOODPECKER_TOKEN and WOODPECKER_TOKEN_FILE are both set; set one of them',
    ])
  })

  test('one that was taken away is told', () => {
    expect(settingsOf({ WOODPECKER_FILTER_LABELS: 'a=b' }).warnings).toEqual([
      expect.stringContaining('FILTER_LABELS is not used'),
    ])
  })
})

describe('what counts', () => {
  test('a flag before the environment before .env before the default', () => {
    writeFileSync(
      join(cwd, '.env'),
      'WOODPECKER_MAX_AGENTS=5\nWOODPECKER_MIN_AGENTS=2\nWOODPECKER_POOL_ID="blue"\n',
    )
    const { cli } = settingsOf(
      { WOODPECKER_MAX_AGENTS: '6', WOODPECKER_MIN_AGENTS: '3' },
      { '--max-agents': '7' },
    )
    expect(cli).toMatchObject({ maxAgents: 7, minAgents: 3, poolId: 'blue', workflowsPerAgent: 2 })
  })

  test('a mark at the beginning of .env is no part of the first name', () => {
    writeFileSync(join(cwd, '.env'), '\uFEFFWOODPECKER_MAX_AGENTS=3\r\nWOODPECKER_MIN_AGENTS=2\r\n')
    expect(settingsOf({}).cli).toMatchObject({ maxAgents: 3, minAgents: 2 })
  })

  test('a token in .env gives way to a token file of the real environment', () => {
    writeFileSync(join(cwd, '.env'), 'WOODPECKER_TOKEN=from-dot-env\n')
    writeFileSync(join(cwd, 'token'), 'from-a-file')
    expect(settingsOf({ WOODPECKER_TOKEN: '', WOODPECKER_TOKEN_FILE: 'token' }).cli.serverToken).toBe(
      'from-a-file',
    )
  })

  test("a provider's own settings come from its schema", () => {
    expect(
      settingsOf({ WOODPECKER_STILL_ZONES: 'a,b' }, { '--still-boot-time': '2m' }).providerOptions,
    ).toEqual({
      apiToken: 'c1oud-c1oud',
      bootTime: 120_000,
      zones: ['a', 'b'],
    })
  })

  test('the provider is found in the arguments before they are parsed', () => {
    expect(flagOfArgv(['run', '--provider', 'x'], '--provider')).toBe('x')
    expect(flagOfArgv(['--provider=a', '--provider=b'], '--provider')).toBe('b')
    expect(flagOfArgv(['--', '--provider=a'], '--provider')).toBeUndefined()
  })
})

describe('a wrong setting is one line', () => {
  test.each([
    [
      'MIN_AGENTS',
      '11',
      '--min-agents (WOODPECKER_MIN_AGENTS) is "11": must be at most --max-agents, which is 10',
    ],
    ['MIN_AGENTS', '-1', '--min-agents (WOODPECKER_MIN_AGENTS) is "-1": must be at least 0'],
    ['MAX_AGENTS', '0', '--max-agents (WOODPECKER_MAX_AGENTS) is "0": must be at least 1'],
    ['MAX_AGENTS', 'many', '--max-agents (WOODPECKER_MAX_AGENTS) is "many": must be a whole number, like 3'],
    [
      'AGENT_IDLE_TIMEOUT',
      '10',
      '--agent-idle-timeout (WOODPECKER_AGENT_IDLE_TIMEOUT) is "10": must be a duration, like 10s, 1.5h or 2h45m',
    ],
    [
      'RECONCILIATION_INTERVAL',
      '0',
      '--reconciliation-interval (WOODPECKER_RECONCILIATION_INTERVAL) is "0": must be at least 1s',
    ],
    [
      'SERVER',
      'ci.example',
      '--server-url (WOODPECKER_SERVER) is "ci.example": must be a URL like https://ci.example.org, without user and password',
    ],
    [
      'SERVER',
      'https://me:t0ken-t0ken@ci.example',
      '--server-url (WOODPECKER_SERVER) is "https://…@ci.example": must be a URL like https://ci.example.org, without user and password',
    ],
    [
      'GRPC_ADDR',
      'https://ci/grpc',
      '--grpc-addr (WOODPECKER_GRPC_ADDR) is "https://ci/grpc": must be host:port, without a path',
    ],
    ['POOL_ID', 'a b', /must be letters and digits/],
    [
      'AGENT_LABELS',
      '"zone=a,b"',
      '--agent-labels (WOODPECKER_AGENT_LABELS) is "\\"zone=a,b\\"": must have no comma in a label, nor a space in its key; "zone" has',
    ],
    ['AGENT_ENV', 'A', /must be a list like KEY=value/],
    [
      'AGENT_ENV',
      'PASSWORD=s3,c-ret=1',
      '--agent-env (WOODPECKER_AGENT_ENV), from WOODPECKER_AGENT_ENV, must have names of letters, digits and underscores; that of pair 2 is none',
    ],
    [
      'AGENT_ENV',
      'PASSWORD=s3,cret',
      /^--agent-env \(WOODPECKER_AGENT_ENV\), from WOODPECKER_AGENT_ENV, must be a list like KEY=value/,
    ],
    ['AGENT_IMAGE', 'a b', /must be the name of a container image/],
    [
      'LOG_LEVEL',
      'loud',
      '--log-level (WOODPECKER_LOG_LEVEL) is "loud": must be one of trace, debug, info, warn, error, fatal, silent',
    ],
    ['GRPC_SECURE', 'yes', '--grpc-secure (WOODPECKER_GRPC_SECURE) is "yes": must be true or false'],
    ['STILL_BOOT_TIME', 'x', /^--still-boot-time/],
  ])('%s=%s', (name, value, line) => {
    const problems = problemsOf({ [`WOODPECKER_${name}`]: value })
    expect(problems).toEqual([typeof line === 'string' ? line : expect.stringMatching(line)])
  })

  test('a provider whose setting has a name of ours is refused', () => {
    if (!still.ok) throw new Error(still.problem)
    const agent = {
      ok: true,
      definition: {
        ...still.definition,
        name: 'agent',
        options: still.definition.options.extend({ env: still.definition.options.shape['zones']! }),
      },
    } as const
    const result = loadSettings(
      agent,
      { flags: {}, env: { ...NEEDED, WOODPECKER_AGENT_API_TOKEN: 'x' } },
      cwd,
    )
    expect(!result.ok && result.problems).toContain(
      'provider "agent" has a setting --agent-env, which is there already',
    )
  })
})

describe('--provider', () => {
  const BUILT_IN = Object.keys(builtInProviders).join(', ')

  test('takes a built-in name or a file', async () => {
    expect(await findProvider('./still-provider.ts', join(STILL_PROVIDER, '..'))).toMatchObject({
      ok: true,
      definition: { name: 'still' },
    })
  })

  test.each<[reference: string, line: string | RegExp]>([
    [
      'nimbus',
      `"nimbus": there is no such provider or package; built in: ${BUILT_IN}; or name a package, or a file`,
    ],
    ['@acme/nimbus', /"@acme\/nimbus": there is no such provider or package/],
    ['./nimbus.ts', `"./nimbus.ts": there is no such file; built in: ${BUILT_IN}`],
    ['./no-default.ts', /it has no default export; write export default defineProvider/],
    ['./broken.ts', /cannot be loaded: .*nowhere/],
    ['@woodpeckers/autoscaler-core', /it has no default export/],
  ])('%s is refused in one line', async (reference, line) => {
    writeFileSync(join(cwd, 'no-default.ts'), 'export const a = 1\n')
    writeFileSync(join(cwd, 'broken.ts'), "import 'nowhere-to-be-found'\n")
    const found = await findProvider(reference, cwd)
    const problem = found.ok ? '' : found.problem
    expect(problem).toEqual(
      typeof line === 'string' ? expect.stringContaining(line) : expect.stringMatching(line),
    )
    expect(problem).not.toContain('\n')
  })

  test('takes a package of the working directory, by its short name too', async () => {
    const { cpSync, mkdirSync } = await import('node:fs')
    const folder = join(cwd, 'node_modules', 'woodpecker-autoscaler-provider-still')
    mkdirSync(folder, { recursive: true })
    cpSync(STILL_PROVIDER, join(folder, 'unused.txt'))
    writeFileSync(
      join(folder, 'package.json'),
      '{"name":"woodpecker-autoscaler-provider-still","type":"module","exports":"./index.js"}',
    )
    const options = '{ shape: {}, toJSONSchema() { return {} } }'
    writeFileSync(
      join(folder, 'index.js'),
      `export default { name: 'still', options: ${options}, create() {} }`,
    )
    for (const reference of ['still', 'woodpecker-autoscaler-provider-still']) {
      expect(await findProvider(reference, cwd)).toMatchObject({ ok: true, definition: { name: 'still' } })
    }
  })
})
