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
    for (const argv of [['--help'], ['run', '--help'], ['doctor', '--help']]) {
      const { out } = await runInProcess([`--provider=${STILL_PROVIDER}`, ...argv].toSorted())
      expect(out).toContain('Provider still')
      expect(out).toContain('--still-api-token <text>')
      expect(out).toContain('WOODPECKER_STILL_API_TOKEN (or …_FILE) · required')
      expect(out).toContain('default 1m')
    }
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
    [['--min-agent=3'], /^unknown option '--min-agent=3'/],
    [['fly'], /too many arguments|unknown command/],
    [['--server-url'], /argument missing/],
    [
      ['plan', '--provider=nimbus', '--server-token=t0ken-t0ken'],
      /"nimbus": there is no such provider or package; built in: local/,
    ],
    [['--server-token=t0ken-t0ken'], /^--provider \(WOODPECKER_PROVIDER\) is missing/],
  ])('%j', async (argv, line) => {
    const { code, out, err } = await runInProcess(argv)
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).toMatch(line)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
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
    const { code, err } = await runInProcess(['plan'], envFor(server))
    expect(code).toBe(1)
    expect(err).toMatch(/could not be read/)
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
    expect(code).toBe(0)
    expect(server.writes).toEqual([])
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
    expect(out).toMatch(/✗ provider still: the cloud knows no such token\n\s+→ check the credentials/)
    expect(out).toMatch(/✗ agent image: .*v2\.8\.0, but the server is 3\.17\.0\n/)
  })

  test.each([
    ['foreign', /✗ provider still: lists somebody-elses/],
    ['throw', /✗ provider still: the cloud is on fire/],
  ])('a provider that is broken: %s', async (token, line) => {
    await using server = await SmallServer.start()
    const { code, out } = await runInProcess(
      ['doctor'],
      envFor(server, { WOODPECKER_STILL_API_TOKEN: token }),
    )
    expect([code, out]).toEqual([1, expect.stringMatching(line)])
  })

  test('a wrong address', async () => {
    await using server = await SmallServer.start({ html: true })
    const { code, out } = await runInProcess(['doctor'], envFor(server))
    expect(code).toBe(1)
    expect(out).toMatch(/✗ server: .*\n\s+→ see whether http/)
  })
})
