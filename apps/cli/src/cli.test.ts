import { type Clock, systemClock } from '@woodpeckers/autoscaler-core'
import { adminToken, EmulatedWoodpecker, serveWoodpecker } from '@woodpeckers/autoscaler-emulators'
import { describe, expect, test } from 'vitest'
import { runInProcess, STILL_PROVIDER } from './fixtures/in-process.ts'
import { SmallServer } from './fixtures/small-server.ts'
import { knownSettings } from './settings/load-settings.ts'

const TOKEN = 't0ken-t0ken'
const CLOUD_TOKEN = 'c1oud-c1oud'

function envFor(server: SmallServer, change: Record<string, string> = {}): Record<string, string> {
  return {
    WOODPECKER_SERVER: server.url,
    WOODPECKER_TOKEN: TOKEN,
    WOODPECKER_GRPC_ADDR: `127.0.0.1:${server.port}`,
    WOODPECKER_PROVIDER: STILL_PROVIDER,
    WOODPECKER_STILL_API_TOKEN: CLOUD_TOKEN,
    ...change,
  }
}

describe('help', () => {
  test('lists every setting with its variable and its default, without a provider', async () => {
    const { code, out } = await runInProcess(['--help'])
    expect(code).toBe(0)
    for (const { flag, env, defaultText } of knownSettings(undefined)) {
      expect(out).toContain(`${flag} <`)
      expect(out).toContain(env)
      if (defaultText) expect(out.replaceAll(/\s+/g, ' ')).toContain(`default ${defaultText}`)
    }
    expect(out).toContain('--provider=<name> --help')
    expect(out).toContain('WOODPECKER_AGENT_ALLOWED_STARTUP_TIME')
  })

  test("of a provider lists its settings too, also behind a command's name", async () => {
    for (const argv of [
      ['--help'],
      ['run', '--help'],
      ['doctor', '--help'],
      ['provider', 'test', '--help'],
    ]) {
      const { out } = await runInProcess([`--provider=${STILL_PROVIDER}`, ...argv].toSorted())
      expect(out).toContain('Provider still')
      expect(out).toContain('--still-api-token <text>')
      expect(out).toContain('WOODPECKER_STILL_API_TOKEN (or …_FILE) · required')
      expect(out).toContain('default 1m')
    }
  })

  test('of a command that takes no settings is about that one alone', async () => {
    const { code, out } = await runInProcess(['explain', '--help'])
    expect(code).toBe(0)
    expect(out).toMatch(/^Usage: woodpecker-autoscaler explain <task\.\.\.> \[flags\]\n\nSay why a job waits/)
    expect(out).toMatch(/\nFlags\n {2}--url <url>\n {6}where the autoscaler is/)
    expect(out).not.toContain('--max-agents')
  })

  test('has no colours outside a terminal, and in one that asks for none', async () => {
    const written: string[] = []
    const stdout = { isTTY: true, write: (text: string) => written.push(text) }
    await runInProcess(['--help'], {}, { stdout })
    await runInProcess(['--help'], { NO_COLOR: '1' }, { stdout })
    expect(written[0]).toContain('\u001b[')
    expect(written[1]).not.toContain('\u001b[')
    expect((await runInProcess(['--help'])).out).not.toContain('\u001b[')
  })
})

describe('a wrong command line ends with 2 and one line', () => {
  test.each([
    [['--min-agent=3'], /^unknown option '--min-agent' \(Did you mean --min-agents\?\)/],
    [
      ['fly'],
      /^there is no command "fly"; there are run, plan, doctor, offerings, provider test, config validate, .*demo$/m,
    ],
    [['provider'], /^there is no command "provider"; there are run, /m],
    [['provider', 'fly'], /^there is no command "provider fly"; there are run, /m],
    [['provider', 'test', 'plan'], /^one command at a time: "provider test", and then "plan"$/m],
    [['provider', '--fly', 'test'], /^there is no command "provider"; /m],
    [['plan', '--max-agents', '3', 'run'], /^one command at a time: "plan", and then "run"$/m],
    [['--grpc-secure', 'maybe'], /^there is no command "maybe"/],
    [
      ['plan', '--provider=nimbus', '--nimbus-token=t0ken-t0ken'],
      /"nimbus": there is no such provider or package; built in: [a-z, ]*local/,
    ],
    [['provider', 'test', '--fly=t0ken'], /^unknown option '--fly'$/m],
    [['--server-url'], /argument missing/],
    [
      ['plan', '--provider=nimbus', '--server-token=t0ken-t0ken'],
      /"nimbus": there is no such provider or package; built in: [a-z, ]*local/,
    ],
    [['--server-token=t0ken-t0ken'], /^--provider \(WOODPECKER_PROVIDER\) is missing/],
  ])('%j', async (argv, line) => {
    const { code, out, err } = await runInProcess(argv)
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).toMatch(line)
    expect(err).not.toContain('t0ken')
    expect(err.trimEnd().split('\n')).toHaveLength(1)
  })

  test('a flag that nobody knows is told without its value', async () => {
    const { err } = await runInProcess(['run', '--provider=local', '--hetzner-token=t0ken-t0ken'])
    expect(err).toBe("unknown option '--hetzner-token'\n")
  })

  test('every wrong setting has its line, and nothing is asked of the server', async () => {
    await using server = await SmallServer.start()
    const { code, err } = await runInProcess(
      ['run'],
      envFor(server, { WOODPECKER_MAX_AGENTS: 'x', WOODPECKER_STILL_BOOT_TIME: 'y' }),
    )
    expect(code).toBe(2)
    expect(err.trimEnd().split('\n')).toHaveLength(2)
  })

  test.each([
    ['{{ .Nope }}', /^--cloudinit-template .*: line 1, column 4: “\.Nope” is not known/],
    ['{{ if .Image }}', /line 1, column 1: .*has no “{{ end }}”/],
    ['./template.yaml', /first line must be #cloud-config/],
  ])('a template that does not render: %s', async (template, line) => {
    await using server = await SmallServer.start()
    for (const command of ['run', 'plan', 'doctor']) {
      const { code, err } = await runInProcess(
        [command],
        envFor(server, { WOODPECKER_CLOUDINIT_TEMPLATE: template }),
      )
      expect([code, err]).toEqual([2, expect.stringMatching(line)])
    }
  })
})

describe('plan', () => {
  const tasks = [
    { name: 'build', labels: {} },
    { name: 'train', labels: { gpu: 'yes' } },
  ]

  test('says what would be done, and names what no agent can take; changes nothing', async () => {
    await using server = await SmallServer.start({ tasks })
    const { code, out, err } = await runInProcess(['plan'], envFor(server, { WOODPECKER_MIN_AGENTS: '0' }))
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/Queue: 2 pending/)
    expect(out).toMatch(/Would do\n {2}launch\s+pool 1\s+a new agent/)
    expect(out).toMatch(/No agent can take\n.*gpu/)
    expect(server.writes).toEqual([])
  })

  test.each([
    [['--grpc-secure', '--max-agents', '3', 'plan', '--json']],
    [['--grpc-secure', 'false', 'plan', '--max-agents=3', '--json']],
    [['plan', '--grpc-secure=true', '--json', '--max-agents', '3']],
  ])('flags may stand before it and behind it: %j', async (argv) => {
    await using server = await SmallServer.start()
    const { code, out, err } = await runInProcess(argv, envFor(server))
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(JSON.parse(out).pools).toMatchObject([{ max: 3 }])
  })

  test('--json is JSON alone, without a secret', async () => {
    await using server = await SmallServer.start({ tasks })
    const { out } = await runInProcess(
      ['plan', '--json'],
      envFor(server, { WOODPECKER_MIN_AGENTS: '0', WOODPECKER_LOG_LEVEL: 'debug' }),
    )
    const json = JSON.parse(out)
    expect(json.actions).toMatchObject([{ kind: 'launch', pool: '1', because: 'demand' }])
    expect(json.unmatched).toMatchObject([{ id: '2' }])
    expect(out).not.toContain(TOKEN)
  })

  test('of a server that is no Woodpecker says so and ends with 1', async () => {
    await using server = await SmallServer.start({ html: true })
    const { code, out, err } = await runInProcess(['plan'], envFor(server))
    expect(code).toBe(1)
    expect(err).toBe('agents could not be read\nqueue could not be read\n')
    expect(out).toMatch(/Pool 1: \? agents .*slots: \? wanted, \? free/)
    const asJson = await runInProcess(['plan', '--json'], envFor(server))
    expect(asJson.err).toMatch(/^agents could not be read: GET .*a web page.*$/m)
  })
})

describe('doctor', () => {
  test('has a good line for everything that works', async () => {
    await using server = await SmallServer.start()
    const { code, out } = await runInProcess(['doctor'], envFor(server))
    expect(out.split('\n').map((line) => line.split(':', 1)[0])).toEqual([
      '✓ server',
      '✓ token',
      '✓ gRPC',
      '✓ events',
      '✓ provider still',
      '✓ user data',
      '✓ agent image',
      '',
    ])
    expect(out).toContain('✓ provider still: 1 machine of pool 1; it tells no machine types and no prices\n')
    expect(code).toBe(0)
    expect(server.writes).toEqual([])
  })

  test.each([
    [
      ['acme'],
      false,
      /^✗ events: .* without 1 private repository that the token's user cannot see, such as acme\/secret\n +→ .* longer$/m,
    ],
    [['acme', 'admin'], true, /^✓ events: the stream of events opens, with every private repository$/m],
  ])('private repositories of %s', async (members, isGood, line) => {
    const woodpecker = new EmulatedWoodpecker({ clock: systemClock, random: () => 0.5 })
    const served = await serveWoodpecker(woodpecker)
    woodpecker.createRepo({ name: 'acme/app' })
    woodpecker.createRepo({ name: 'acme/secret', visibility: 'private', members })
    const { code, out } = await runInProcess(['doctor'], {
      WOODPECKER_SERVER: served.url,
      WOODPECKER_TOKEN: adminToken,
      WOODPECKER_GRPC_ADDR: served.agentAddress,
      WOODPECKER_PROVIDER: STILL_PROVIDER,
      WOODPECKER_STILL_API_TOKEN: CLOUD_TOKEN,
    })
    await served.close()
    expect(out).toMatch(line)
    expect(out).not.toContain('at once')
    expect(code).toBe(isGood ? 0 : 1)
  })

  test('says what is wrong and what to do', async () => {
    await using server = await SmallServer.start({ admin: false })
    const change = {
      WOODPECKER_GRPC_ADDR: '127.0.0.1:1',
      WOODPECKER_STILL_API_TOKEN: 'refused',
      WOODPECKER_AGENT_IMAGE: 'woodpeckerci/woodpecker-agent:v2.8.0',
    }
    const { code, out } = await runInProcess(['doctor'], envFor(server, change))
    expect(code).toBe(1)
    expect(out).toMatch(/✗ token: .*\n\s+→ log in as an admin/)
    expect(out).toMatch(/✗ gRPC: 127\.0\.0\.1:1: .*ECONNREFUSED.*\n\s+→ set WOODPECKER_GRPC_ADDR/)
    expect(out).toMatch(
      /✗ provider still: the cloud knows no such token\n\s+→ check the credentials.* --provider=\S+\/still-provider\.ts --help/,
    )
    expect(out).toMatch(/✗ agent image: .*v2\.8\.0, but the server is 3\.17\.0\n/)
  })

  test.each([
    ['foreign', /✗ provider still: lists somebody-elses/],
    ['throw', /✗ provider still: the cloud is on fire/],
    ['no-list', /✗ provider still: answers undefined instead of a list of names/],
    ['no-functions', /✗ provider still: its create\(\) must answer .*; it lacks removeAgent, listDeployed/],
    ['nothing', /✗ provider still: .*; it lacks deployAgent, removeAgent, listDeployedAgentNames/],
  ])('a provider that is broken: %s', async (token, line) => {
    await using server = await SmallServer.start()
    const { code, out } = await runInProcess(
      ['doctor'],
      envFor(server, { WOODPECKER_STILL_API_TOKEN: token }),
    )
    expect([code, out]).toEqual([1, expect.stringMatching(line)])
  })

  test('a provider that never gets ready, nor closes, holds nobody up', async () => {
    await using server = await SmallServer.start()
    const hasty: Clock = {
      ...systemClock,
      startTimer: (delayMs, ring) => systemClock.startTimer(delayMs / 100, ring),
    }
    const run = (command: string, token: string) =>
      runInProcess([command], envFor(server, { WOODPECKER_STILL_API_TOKEN: token }), { clock: hasty })
    expect(await run('plan', 'never-ready')).toMatchObject({
      code: 1,
      err: 'provider still: it did not get ready within 30s\n',
    })
    expect((await run('doctor', 'never-ready')).out).toMatch(
      /^✗ provider still: it did not get ready within 30s\n/,
    )
    expect(await run('plan', 'never-closed')).toMatchObject({ code: 0, err: '' })
  })

  test('a wrong address', async () => {
    await using server = await SmallServer.start({ html: true })
    const { code, out } = await runInProcess(['doctor'], envFor(server))
    expect(code).toBe(1)
    expect(out).toMatch(/✗ server: .*\n\s+→ see whether http/)
  })
})

test.each([
  ['run', /^server: /m],
  ['plan', /^server: /m],
  ['doctor', /^✗ server: /m],
  ['provider test', /^✗ server +[\d.]+ s +/m],
])('a server that is too old: %s says so in one line, and makes nothing', async (command, before) => {
  await using server = await SmallServer.start({ version: '2.8.3' })
  const { code, out, err } = await runInProcess(command.split(' '), envFor(server))
  expect(code).toBe(1)
  const told = /Woodpecker 2\.8\.3 is too old: Woodpecker 3\.0 or newer is needed; update the server$/m
  expect(`${out}${err}`).toMatch(new RegExp(before.source + told.source, 'm'))
  expect(server.writes).toEqual([])
})

describe('switches of commands', () => {
  test.each([
    ['--json=true', 0],
    ['--json=false', 0],
  ])('%s is taken, and what follows it too', async (flag, code) => {
    await using server = await SmallServer.start()
    const ran = await runInProcess(['plan', flag, '--pool-id=zz'], envFor(server))
    expect(ran.code).toBe(code)
    expect(ran.out.startsWith('{')).toBe(flag === '--json=true')
    expect(ran.out).toContain('zz')
  })

  test('another value is refused', async () => {
    const { code, err } = await runInProcess(['plan', '--json=maybe'])
    expect({ code, err }).toEqual({ code: 2, err: '--json takes no value, or true or false\n' })
  })
})

test('an ephemeral pool has one workflow an agent, whatever the default is', async () => {
  await using server = await SmallServer.start()
  const { out } = await runInProcess(['config', 'print'], envFor(server, { WOODPECKER_MODE: 'ephemeral' }))
  expect(out).toMatch(/^ +mode: ephemeral$/m)
  expect(out).toMatch(/^ +workflowsPerAgent: 1$/m)
})
