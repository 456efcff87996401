import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runInProcess } from '../fixtures/in-process.ts'

let cwd = ''
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'migrate-'))
})
afterEach(() => rmSync(cwd, { recursive: true }))

const migrate = (env: Record<string, string>, ...argv: string[]) =>
  runInProcess(['migrate', ...argv], env, { cwd })

const GO = {
  WOODPECKER_SERVER: 'https://ci.example',
  WOODPECKER_TOKEN: 't0ken-t0ken',
  WOODPECKER_PROVIDER: 'hetznercloud',
  WOODPECKER_HETZNERCLOUD_API_TOKEN: 'c1oud-c1oud',
  WOODPECKER_HETZNERCLOUD_SERVER_TYPE: 'cx23:fsn1',
}
const PICUS = {
  PICUS_WOODPECKER_SERVER: 'https://ci.example',
  PICUS_WOODPECKER_TOKEN: 't0ken-t0ken',
  PICUS_WOODPECKER_AGENT_ID: '7',
  PICUS_AGENT_WOODPECKER_SERVER: 'ci.example:443',
  PICUS_AGENT_WOODPECKER_AGENT_SECRET: 'agents-own',
  PICUS_AGENT_WOODPECKER_FILTER_LABELS: 'platform=linux/amd64,backend=docker,repo=*,org-id=*',
  PICUS_PROVIDER_TYPE: 'hcloud',
  PICUS_HCLOUD_TOKEN: 'c1oud-c1oud',
}
const PICUS_AT_AWS = {
  ...PICUS,
  PICUS_PROVIDER_TYPE: 'aws',
  PICUS_AWS_INSTANCE_ID: 'i-0123456789abcdef0',
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKIA',
}

test('a Go autoscaler’s environment becomes a file: what was said, and the defaults that a file does not have', async () => {
  const { code, out, err } = await migrate({ ...GO, WOODPECKER_MAX_AGENTS: '3' })
  expect(code).toBe(0)
  expect(out).toBe(`server:
  url: https://ci.example
  token: \${WOODPECKER_TOKEN}
  grpcAddr: woodpecker-server:9000
pools:
  - id: "1"
    provider: hetznercloud
    hetznercloud:
      apiToken: \${WOODPECKER_HETZNERCLOUD_API_TOKEN}
      serverType:
        - cx23:fsn1
    min: 1
    max: 3
    workflowsPerAgent: 2
    billingTeardownMargin: 2m
`)
  expect(err.trimEnd().split('\n').at(-1)).toBe(
    'must be in the environment of the autoscaler: WOODPECKER_HETZNERCLOUD_API_TOKEN, WOODPECKER_TOKEN',
  )
})

test('Picus’ environment becomes a pool of one machine, with what Picus does where nothing is said', async () => {
  const { code, out } = await migrate(PICUS)
  expect(code).toBe(0)
  expect(out).toBe(`server:
  url: https://ci.example
  token: \${PICUS_WOODPECKER_TOKEN}
  grpcAddr: ci.example:443
  grpcSecure: true
interval: 10s
pools:
  - id: picus-test
    provider: hetznercloud
    hetznercloud:
      apiToken: \${PICUS_HCLOUD_TOKEN}
      serverType:
        - cx11
      location: nbg1
      image: docker-ce
    min: 0
    max: 1
    workflowsPerAgent: 1
    idleTimeout: 30m
    billingTeardownMargin: 2m
    labels:
      platform: linux/amd64
`)
})

test('Picus at AWS becomes a standing machine', async () => {
  const { code, out, err } = await migrate(PICUS_AT_AWS)
  expect(code).toBe(0)
  expect(out).toMatch(/ {4}aws:\n {6}region: eu-central-1\n {6}instanceId:\n {8}- i-0123456789abcdef0\n/)
  expect(out).toMatch(/ {4}standingAgents:\n {6}- "7"\n/)
  expect(err).toMatch(/^must be in the environment of the autoscaler: .*AWS_ACCESS_KEY_ID$/m)
})

describe('what differs has a line', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    [
      'an interval that was left to its default',
      GO,
      /^WOODPECKER_RECONCILIATION_INTERVAL is not set: it looks every 10s/m,
    ],
    [
      'a needed setting with a default there',
      { ...GO, WOODPECKER_HETZNERCLOUD_SERVER_TYPE: '' },
      /^WOODPECKER_HETZNERCLOUD_SERVER_TYPE is not set: written as .*cx11:nbg1/m,
    ],
    [
      'labels that filter tasks',
      { ...GO, WOODPECKER_FILTER_LABELS: 'a=b' },
      /^WOODPECKER_FILTER_LABELS is left out/m,
    ],
    [
      'a slip of the pen',
      { ...GO, WOODPECKER_MAX_AGNETS: '3' },
      /^WOODPECKER_MAX_AGNETS is not known, and left out; is WOODPECKER_MAX_AGENTS meant\?$/m,
    ],
    [
      'one that was documented',
      { ...GO, WOODPECKER_GRPC_ADDR: '', WOODEPCKER_GRPC_ADDR: 'x:1' },
      /^WOODEPCKER_GRPC_ADDR is another name of WOODPECKER_GRPC_ADDR: taken as that/m,
    ],
    [
      'settings of another provider',
      { ...GO, WOODPECKER_AWS_REGION: 'x', WOODPECKER_AWS_TAGS: 'a=b' },
      /^WOODPECKER_AWS_REGION, WOODPECKER_AWS_TAGS are left out: settings of aws; the provider is hetznercloud$/m,
    ],
    [
      'settings of one that is not here',
      { ...GO, WOODPECKER_VULTR_API_TOKEN: 'x' },
      /^WOODPECKER_VULTR_API_TOKEN is left out: settings of vultr, which is not built in/m,
    ],
    [
      'an older name',
      { ...GO, WOODPECKER_HETZNERCLOUD_USERDATA: '#!x' },
      /^WOODPECKER_HETZNERCLOUD_USERDATA is another name/m,
    ],
    [
      'labels among the agent’s variables',
      { ...GO, WOODPECKER_AGENT_ENV: '"WOODPECKER_AGENT_LABELS=size=large,a=b",C=d' },
      /^WOODPECKER_AGENT_ENV has WOODPECKER_AGENT_LABELS: written as labels/m,
    ],
    [
      'spot machines',
      {
        ...GO,
        WOODPECKER_PROVIDER: 'aws',
        WOODPECKER_AWS_REGION: 'eu-central-1',
        WOODPECKER_AWS_INSTANCE_TYPE: 't3.large',
        WOODPECKER_AWS_USE_SPOT_INSTANCES: 'true',
      },
      /^WOODPECKER_AWS_USE_SPOT_INSTANCES: only tasks with the label spot=true/m,
    ],
    [
      'what runs',
      { ...GO, WOODPECKER_POOL_ID: 'ci' },
      /^the running agents of pool ci are taken over as they are/m,
    ],
    [
      'a password among the agent’s variables',
      { ...GO, WOODPECKER_AGENT_ENV: 'A=1,B_PASSWORD=x' },
      /must be in .*AGENT_ENV_B_PASSWORD \(B_PASSWORD of WOODPECKER_AGENT_ENV\)$/m,
    ],
    ['the way that Hetzner is paid', PICUS, /^Hetzner bills started hours: .* after 30m$/m],
    ['the server that Picus has made', PICUS, /\(picus-picus-test\) is not touched/m],
    ['the image of agents', PICUS, /^PICUS_AGENT_IMAGE is not set: agents are of the server's version/m],
    [
      'an id that is too long for a pool',
      { ...PICUS, PICUS_HCLOUD_ID: 'our-very-own-woodpecker-instance-2' },
      /^PICUS_HCLOUD_ID is our-very-own-woodpecker-instance-2: as the pool's id it is our-very-own-woodpecker-instance$/m,
    ],
    ['one that Picus does not know', { ...PICUS, PICUS_MAX: '3' }, /^PICUS_MAX is not known, and left out$/m],
    [
      'an instance without its agent',
      { ...PICUS_AT_AWS, PICUS_WOODPECKER_AGENT_ID: '' },
      /^PICUS_WOODPECKER_AGENT_ID is not set: any task/m,
    ],
  ])('%s', async (_, env, line) => {
    const { code, err } = await migrate(env)
    expect(code, err).toBe(0)
    expect(err).toMatch(line)
    expect(err).not.toMatch(/t0ken|c1oud|agents-own/)
  })
})

test('labels that only agents knew become those of the pool', async () => {
  const { out } = await migrate({
    ...GO,
    WOODPECKER_AGENT_ENV: '"WOODPECKER_AGENT_LABELS=size=large,a=b",C=d',
  })
  expect(out).toContain('    labels:\n      size: large\n      a: b\n    agent:\n      env:\n        C: d\n')
})

test('a provider that is not built in has its settings written, and says that it must come from elsewhere', async () => {
  const { code, out, err } = await migrate({
    ...GO,
    WOODPECKER_PROVIDER: 'linode',
    WOODPECKER_LINODE_API_TOKEN: 'l1node-l1node',
    WOODPECKER_LINODE_REGION: 'eu-central',
    WOODPECKER_LINODE_ROOT_PASSWORD_FILE: '/run/secrets/root',
  })
  expect(code).toBe(1)
  expect(out).toContain(`    provider: linode
    linode:
      apiToken: \${WOODPECKER_LINODE_API_TOKEN}
      region: eu-central
      rootPassword: file:/run/secrets/root
`)
  expect(err).toMatch(/^provider linode is not built in \(there are aws, hetznercloud, .*its 3 settings/)
  expect(out + err).not.toContain('l1node')
  expect(err).not.toMatch(/LINODE_\w+ is/)
})

describe('--out', () => {
  test('writes a file, and never over another one unless it is told to', async () => {
    const path = join(cwd, 'autoscaler.yaml')
    expect(await migrate(GO, '--out=autoscaler.yaml')).toMatchObject({ code: 0, out: '' })
    expect(readFileSync(path, 'utf8')).toMatch(/^server:/)
    writeFileSync(path, 'mine')
    expect(await migrate(GO, '--out', 'autoscaler.yaml')).toEqual({
      code: 2,
      out: '',
      err: '--out is "autoscaler.yaml", which is there already; --force writes over it\n',
    })
    expect(readFileSync(path, 'utf8')).toBe('mine')
    expect((await migrate(GO, '--out=autoscaler.yaml', '--force')).code).toBe(0)
    expect(readFileSync(path, 'utf8')).toMatch(/^server:/)
  })

  test('a folder that is not there is told', async () => {
    const { code, err } = await migrate(GO, '--out=nowhere/autoscaler.yaml')
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringMatching(/^--out is "nowhere\/autoscaler\.yaml", which cannot be written: /),
    })
  })
})

describe('which of the two it is', () => {
  const BOTH = { ...GO, ...PICUS }
  test.each([
    [[], /id: picus-test/],
    [['--from=picus'], /id: picus-test/],
    [['--from=go'], /id: "1"/],
  ])('is told by the variables, or by %j', async (argv, pool) => {
    expect((await migrate(BOTH, ...argv)).out).toMatch(pool)
  })

  test('and that others are there too has a line', async () => {
    expect((await migrate(BOTH)).err).toMatch(/^WOODPECKER_ variables are there too: --from=go takes those$/m)
    expect((await migrate(BOTH, '--from=go')).err).not.toMatch(/are there too/)
  })

  test('an env file counts alone', async () => {
    const lines = Object.entries(PICUS).map(([name, value]) => `${name}=${value}\n`)
    writeFileSync(join(cwd, 'picus.env'), lines.join(''))
    expect((await migrate(GO, '--env-file=picus.env')).out).toMatch(/id: picus-test/)
  })

  test('a Compose file may leave secrets to whoever starts it', async () => {
    const environment = Object.entries({ ...PICUS, PICUS_HCLOUD_TOKEN: `\${HCLOUD}` })
    const lines = environment.map(([name, value]) => `      ${name}: "${value}"\n`)
    writeFileSync(join(cwd, 'compose.yaml'), `services:\n  picus:\n    environment:\n${lines.join('')}`)
    const { code, out } = await migrate({}, '--env-file=compose.yaml')
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringContaining(`apiToken: \${PICUS_HCLOUD_TOKEN}`),
    })
  })
})

describe('what cannot be taken over is one line, and exit 2', () => {
  const without = (env: Record<string, string>, name: string) =>
    Object.fromEntries(Object.entries(env).filter(([key]) => key !== name))
  test.each<[Record<string, string>, readonly string[], string]>([
    [
      {},
      [],
      'the environment has neither WOODPECKER_… variables of the Go autoscaler nor PICUS_… ones of Picus; name a file that has with --env-file',
    ],
    [without(PICUS, 'PICUS_PROVIDER_TYPE'), [], 'PICUS_PROVIDER_TYPE is missing; set it to hcloud or aws'],
    [{ ...PICUS, PICUS_PROVIDER_TYPE: 'gcp' }, [], 'PICUS_PROVIDER_TYPE is "gcp": must be hcloud or aws'],
    [
      { ...PICUS, PICUS_MAX_IDLE_TIME: '30 min' },
      [],
      'PICUS_MAX_IDLE_TIME is "30 min": must be a duration, like 10s, 1.5h or 2h45m',
    ],
    [
      { ...PICUS, PICUS_POLL_INTERVAL: '10' },
      [],
      'PICUS_POLL_INTERVAL is "10": must be a duration, like 10s, 1.5h or 2h45m',
    ],
    [
      without(PICUS, 'PICUS_WOODPECKER_TOKEN'),
      [],
      'PICUS_WOODPECKER_TOKEN is missing; set it, or name a file that holds it in PICUS_WOODPECKER_TOKEN_FILE',
    ],
    [
      without(PICUS, 'PICUS_HCLOUD_TOKEN'),
      [],
      'PICUS_HCLOUD_TOKEN is missing; set it, or name a file that holds it in PICUS_HCLOUD_TOKEN_FILE',
    ],
    [
      without(PICUS, 'PICUS_AGENT_WOODPECKER_SERVER'),
      [],
      "PICUS_AGENT_WOODPECKER_SERVER is missing; set it to the server's gRPC address, host:port",
    ],
    [
      { ...PICUS, PICUS_AGENT_WOODPECKER_FILTER_LABELS: 'gpu' },
      [],
      'PICUS_AGENT_WOODPECKER_FILTER_LABELS is "gpu": must be a list like platform=linux/amd64,backend=docker',
    ],
    [
      without(PICUS_AT_AWS, 'PICUS_AWS_INSTANCE_ID'),
      [],
      "PICUS_AWS_INSTANCE_ID is missing; set it to the instance's id, i-…",
    ],
    [without(PICUS_AT_AWS, 'AWS_REGION'), [], 'AWS_REGION is missing; set it'],
    [
      { ...PICUS_AT_AWS, PICUS_WOODPECKER_AGENT_ID: 'seven' },
      [],
      'PICUS_WOODPECKER_AGENT_ID is "seven": must be numbers of agents, like 7,12',
    ],
    [
      { ...GO, WOODPECKER_MAX_AGENTS: 'many' },
      [],
      'WOODPECKER_MAX_AGENTS is "many": must be a whole number, like 3',
    ],
    [
      { ...GO, WOODPECKER_AGENT_ENV: 'A,B=hunter2' },
      [],
      'WOODPECKER_AGENT_ENV must be a list like KEY=value,KEY2=value2; where a value holds a comma, quote its pair: "KEY=a,b"',
    ],
    [without(GO, 'WOODPECKER_PROVIDER'), [], 'WOODPECKER_PROVIDER is missing; set it'],
    [
      { ...GO, WOODPECKER_PROVIDER: './gone.ts' },
      [],
      'WOODPECKER_PROVIDER is "./gone.ts": there is no such file; built in: aws, hetznercloud, local, timewebcloud; or name a package, or a file like ./mycloud.ts',
    ],
    [GO, ['--from=docker'], '--from is "docker": must be go or picus'],
    [GO, ['--env-file=none.env'], '--env-file is "none.env": there is no such file'],
    [GO, ['--service=a'], '--service is for a Compose file: name one with --env-file'],
    [GO, ['--env-file=broken.env'], 'broken.env:2: must be NAME=value, or a comment with #'],
    [
      GO,
      ['--env-file=compose.yml'],
      'compose.yml:5: WOODPECKER_MAX_AGENTS needs MOST, which is not set here; set it, or write its value',
    ],
  ])('%#', async (env, argv, line) => {
    writeFileSync(join(cwd, 'broken.env'), 'A=b\nWOODPECKER_TOKEN s3cret\n')
    const list = Object.entries({ ...GO, WOODPECKER_TOKEN: '' }).map(
      ([name, value]) => `      - ${name}=${value}\n`,
    )
    writeFileSync(
      join(cwd, 'compose.yml'),
      `services:\n  a:\n    environment:\n      - WOODPECKER_TOKEN\n      - WOODPECKER_MAX_AGENTS=$MOST\n${list
        .filter((item) => !item.includes('WOODPECKER_TOKEN='))
        .join('')}`,
    )
    expect(await migrate(env, ...argv)).toEqual({ code: 2, out: '', err: `${line}\n` })
  })
})

describe('with Picus’ settings alone', () => {
  test('config print shows them, with a line that says so', async () => {
    const { code, out, err } = await runInProcess(['config', 'print', '--log-level=debug'], PICUS, { cwd })
    expect(code).toBe(0)
    expect(out).toMatch(/id: picus-test/)
    expect(err).toMatch(/^only PICUS_ variables are set: working as Picus does/)
  })

  test('what is wrong with them ends the program with 2, in Picus’ words', async () => {
    const env = { ...PICUS, PICUS_MAX_IDLE_TIME: 'long' }
    expect(await runInProcess([], env, { cwd })).toEqual({
      code: 2,
      out: '',
      err: 'PICUS_MAX_IDLE_TIME is "long": must be a duration, like 10s, 1.5h or 2h45m\n',
    })
  })

  test.each<[string, Record<string, string>, readonly string[]]>([
    ['a variable of ours', { WOODPECKER_MAX_AGENTS: '3' }, ['plan']],
    ['a flag', {}, ['plan', '--max-agents=3']],
  ])('but not beside %s', async (_, env, argv) => {
    const { code, err } = await runInProcess(argv, { ...PICUS, ...env }, { cwd })
    expect(code).toBe(2)
    expect(err).not.toContain('working as Picus does')
    expect(err).toMatch(/^PICUS_ variables are not looked at beside (WOODPECKER_MAX_AGENTS|--max-agents)$/m)
  })

  test('a config file may refer to them', async () => {
    await migrate(PICUS, '--out=autoscaler.yaml')
    const { code, err } = await runInProcess(['config', 'validate', '--config=autoscaler.yaml'], PICUS, {
      cwd,
    })
    expect({ code, err }).toEqual({ code: 0, err: '' })
  })

  test('help is only help', async () => {
    const { code, err } = await runInProcess(['--help'], { ...PICUS, PICUS_PROVIDER_TYPE: 'gcp' }, { cwd })
    expect({ code, err }).toEqual({ code: 0, err: '' })
  })
})

test.each([
  [
    'ci.example:443',
    undefined,
    'grpcSecure: true',
    /GRPC_SECURE is not set: older versions of Picus used TLS then; the port is 443, so/,
  ],
  [
    'ci.example:9000',
    undefined,
    undefined,
    /GRPC_SECURE is not set: older versions .* in clear text \(grpcSecure: false\)/,
  ],
  ['ci.example:443', 'false', undefined, undefined],
  ['ci.example:9000', 'true', 'grpcSecure: true', undefined],
])('Picus’ TLS at %s, said as %s', async (server, secure, written, told) => {
  const { out, err } = await migrate({
    ...PICUS,
    PICUS_AGENT_WOODPECKER_SERVER: server,
    ...(secure !== undefined && { PICUS_AGENT_WOODPECKER_GRPC_SECURE: secure }),
  })
  if (written === undefined) expect(out).not.toContain('grpcSecure: true')
  else expect(out).toContain(written)
  if (told === undefined) expect(err).not.toContain('GRPC_SECURE is not set')
  else expect(err).toMatch(told)
})

test('a cloud’s own token is taken, and what is no setting of ours is listed', async () => {
  const { WOODPECKER_HETZNERCLOUD_API_TOKEN: token, ...rest } = GO
  const lines = { ...rest, HCLOUD_TOKEN: token, TZ: 'Europe/Berlin', HTTPS_PROXY: 'http://proxy:3128' }
  writeFileSync(
    join(cwd, 'go.env'),
    Object.entries(lines)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  )
  const { code, out, err } = await migrate({}, '--env-file', 'go.env')
  expect(code).toBe(0)
  expect(out).toContain(`apiToken: \${HCLOUD_TOKEN}`)
  expect(err).toContain('HCLOUD_TOKEN is taken as WOODPECKER_HETZNERCLOUD_API_TOKEN\n')
  expect(err).toContain(
    'HTTPS_PROXY, TZ are no settings of the autoscaler: keep those that it needs in its environment\n',
  )
})

test('the command of a Compose service is read, and its secret only referred to', async () => {
  writeFileSync(
    join(cwd, 'compose.yml'),
    'services:\n  scaler:\n    image: woodpeckerci/autoscaler:1\n    command: ["--min-agents", "0", "--provider=hetznercloud", "--hetznercloud-server-type=cpx31:fsn1", "--pool-id", "amd64", "--server-token=plain-t0ken"]\n    environment: { WOODPECKER_SERVER: "https://ci.example", HCLOUD_TOKEN: x }\n',
  )
  const { code, out, err } = await migrate({}, '--env-file', 'compose.yml')
  expect(code).toBe(0)
  expect(out).toContain('id: amd64')
  expect(out).toContain('- cpx31:fsn1')
  expect(out).toContain('min: 0')
  expect(err).toContain('the running agents of pool amd64 are taken over')
  expect(out + err).not.toContain('plain-t0ken')
})
