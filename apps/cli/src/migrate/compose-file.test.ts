import { describeSettings } from '@woodpeckers/autoscaler-core'
import hetzner from '@woodpeckers/autoscaler-provider-hetzner'
import { describe, expect, test } from 'vitest'
import { knownSettings } from '../settings/load-settings.ts'
import { parseComposeFile } from './compose-file.ts'
import { interpolate } from './interpolate.ts'

const settings = [...knownSettings(undefined), ...describeSettings(hetzner.options, hetzner.name)]
const FILES: Readonly<Record<string, string>> = {
  'scaler.env': 'WOODPECKER_POOL_ID=beside\nWOODPECKER_MIN_AGENTS=7\n',
}

const read = (text: string, env: Record<string, string> = {}, service?: string) =>
  parseComposeFile(text, {
    name: 'docker-compose.yml',
    env,
    service,
    settings,
    readFile: (path) =>
      FILES[path] === undefined ? { why: 'there is no such file' } : { text: FILES[path] },
  })

const SERVER = 'services:\n  server: { environment: { WOODPECKER_HOST: x } }\n'

describe('the environment of a service', () => {
  test.each([
    ['a list', '    environment:\n      - WOODPECKER_PROVIDER=aws\n      - A=x=y\n'],
    ['a map', '    environment:\n      WOODPECKER_PROVIDER: aws\n      A: x=y\n'],
  ])('may be %s', (_, environment) => {
    expect(read(`${SERVER}  scaler:\n${environment}`)).toMatchObject({
      ok: true,
      env: { WOODPECKER_PROVIDER: 'aws', A: 'x=y' },
    })
  })

  test('takes in what stands at an anchor', () => {
    const text = `x-all: &all { A: b }\n${SERVER}  scaler: { environment: { <<: *all, WOODPECKER_PROVIDER: aws, N: 3 } }\n`
    expect(read(text)).toMatchObject({ env: { A: 'b', WOODPECKER_PROVIDER: 'aws', N: '3' } })
  })

  test('is filled in from around, and what is not there has its line', () => {
    const text = `${SERVER}  picus:\n    environment:\n      - PICUS_WOODPECKER_TOKEN=\${TOKEN}\n      - PICUS_HCLOUD_ID\n      - PICUS_HCLOUD_LOCATION=\${PLACE:-nbg1}\n`
    const result = read(text, { PICUS_HCLOUD_ID: 'mine' })
    expect(result).toMatchObject({ env: { PICUS_HCLOUD_ID: 'mine', PICUS_HCLOUD_LOCATION: 'nbg1' } })
    expect(result.ok && [...result.unresolved]).toEqual([
      [
        'PICUS_WOODPECKER_TOKEN',
        'docker-compose.yml:5: PICUS_WOODPECKER_TOKEN needs TOKEN, which is not set here; set it, or write its value',
      ],
    ])
  })

  test('is that of the service that is named', () => {
    const two = `services:\n  a: { environment: { WOODPECKER_PROVIDER: aws } }\n  b: { environment: { WOODPECKER_PROVIDER: local } }\n`
    expect(read(two, {}, 'b')).toMatchObject({ env: { WOODPECKER_PROVIDER: 'local' } })
    expect(read(two)).toEqual({
      ok: false,
      problems: ['docker-compose.yml: say which service, with --service: a, b'],
    })
    expect(read(two, {}, 'c')).toMatchObject({ problems: ['--service is "c": docker-compose.yml has a, b'] })
  })

  test('wins over the files of env_file; one that cannot be read is named unless it need not be there', () => {
    const service = (files: string) =>
      `services:\n  a: { env_file: ${files}, environment: { WOODPECKER_PROVIDER: aws, WOODPECKER_MIN_AGENTS: 1 } }\n`
    const env = { WOODPECKER_PROVIDER: 'aws', WOODPECKER_MIN_AGENTS: '1', WOODPECKER_POOL_ID: 'beside' }
    expect(read(service('scaler.env'))).toMatchObject({ env, remarks: [] })
    expect(read(service('[{ path: none.env, required: false }, scaler.env]'))).toMatchObject({
      env,
      remarks: [],
    })
    expect(read(service('[scaler.env, none.env]'))).toMatchObject({
      env,
      remarks: [
        'env_file none.env of a cannot be read (there is no such file): its variables are missing here',
      ],
    })
  })

  test('loses quotes that Compose takes as a part of the value', () => {
    const result = read('services:\n  a:\n    environment:\n      - WOODPECKER_PROVIDER="aws"\n')
    expect(result).toMatchObject({
      env: { WOODPECKER_PROVIDER: 'aws' },
      remarks: ['WOODPECKER_PROVIDER has quotes as a part of its value: taken without them'],
    })
  })

  test('stands beside parts that a settings file has no place for, which are named', () => {
    const text =
      'services:\n  a: { image: x, restart: always, volumes: [a], environment: { WOODPECKER_PROVIDER: aws } }\n'
    expect(read(text)).toMatchObject({
      remarks: ['of service a these parts stay in the Compose file: restart, volumes'],
    })
  })

  test.each([
    [SERVER, /^docker-compose\.yml: no service has PICUS_… variables, WOODPECKER_PROVIDER, or the image/],
    ['version: "3"\n', /^docker-compose\.yml is not a Compose file: it has no services$/],
    ['- a\n', /^docker-compose\.yml is not a Compose file/],
    [
      'apiVersion: apps/v1\nkind: Deployment\n',
      /^docker-compose\.yml is a Kubernetes manifest \(kind Deployment\)/,
    ],
    [
      'server: { url: x }\npools: []\n',
      /^docker-compose\.yml is a config file of woodpecker-autoscaler already/,
    ],
    ['services: {}\n', /^docker-compose\.yml: has no services/],
    ['services:\n  a: [', /^docker-compose\.yml:2: /],
    [
      'services:\n  a:\n    environment: 3\n',
      /^docker-compose\.yml:3: environment of a must be a list or a map/,
    ],
  ])('%j is refused', (text, line) => {
    const service = text.includes('environment: 3') ? 'a' : undefined
    expect(read(text, {}, service)).toEqual({ ok: false, problems: [expect.stringMatching(line)] })
  })
})

describe('the command line of a service', () => {
  const withCommand = (command: string, more = '') =>
    read(`services:\n  a:\n    image: woodpeckerci/autoscaler:1.5.0\n    command: ${command}\n${more}`, {
      POOL: 'amd64',
    })

  const ENV = { WOODPECKER_MIN_AGENTS: '0', WOODPECKER_MAX_AGENTS: '6', WOODPECKER_POOL_ID: 'amd64' }

  test.each([
    ['a list', '["--min-agents", "0", "--max-agents=6", "--pool-id", "amd64"]'],
    ['a text', `--min-agents 0 --max-agents='6' --pool-id "amd64"`],
    ['a text of several lines', '>\n      --min-agents 0\n      --max-agents=6 -pool-id amd64\n'],
    ['with the program in front', '/bin/woodpecker-autoscaler --min-agents 0 --max-agents 6 --pool-id amd64'],
    ['filled in from around', `--min-agents \${NONE:-0} --max-agents 6 --pool-id \${POOL}`],
    ['behind a shell', `sh -c "exec woodpecker-autoscaler --min-agents 0 --max-agents 6 --pool-id amd64"`],
  ])('may be %s', (_, command) => {
    expect(withCommand(command)).toMatchObject({ ok: true, env: ENV })
  })

  test('may stand in the entrypoint, and wins over the environment', () => {
    const text =
      'services:\n  a:\n    entrypoint: [/bin/woodpecker-autoscaler, --provider, aws]\n    command: [--min-agents=0]\n    environment: { WOODPECKER_MIN_AGENTS: 3 }\n'
    expect(read(text)).toMatchObject({ env: { WOODPECKER_PROVIDER: 'aws', WOODPECKER_MIN_AGENTS: '0' } })
  })

  test('has switches without a value, lists that come several times, and flags of every provider', () => {
    const command = '--grpc-secure --agent-env A=b --agent-env C=d --hetznercloud-server-type cpx31:fsn1'
    expect(withCommand(command)).toMatchObject({
      env: {
        WOODPECKER_GRPC_SECURE: 'true',
        WOODPECKER_AGENT_ENV: 'A=b,C=d',
        WOODPECKER_HETZNERCLOUD_SERVER_TYPE: 'cpx31:fsn1',
      },
    })
  })

  test('keeps a flag that nobody knows as the variable of its name, so that it is listed', () => {
    expect(withCommand('--vultr-plan=vc2 --min-agents 0 odd')).toMatchObject({
      env: { WOODPECKER_VULTR_PLAN: 'vc2', WOODPECKER_MIN_AGENTS: '0' },
      remarks: ['command of a: "odd" belongs to no flag, and is left out'],
    })
  })

  test.each([
    [
      '--min-agents 0 | tee log',
      /^docker-compose\.yml:4: command of a cannot be read: it has "\|", which only a shell/,
    ],
    [
      `--server-token \${TOKEN}`,
      /^docker-compose\.yml:4: command of a cannot be read: it needs TOKEN, which is not set/,
    ],
    ['{ a: b }', /^docker-compose\.yml:4: command of a cannot be read: it must be a text or a list/],
    ['["sh", "/start.sh"]', /^docker-compose\.yml:4: command of a cannot be read: it runs a shell script/],
  ])('%s is refused', (command, line) => {
    expect(withCommand(command)).toEqual({ ok: false, problems: [expect.stringMatching(line)] })
  })

  test('may leave a value of a list to its surroundings', () => {
    const result = withCommand(`["--server-token=\${TOKEN}"]`)
    expect(result.ok && [...result.unresolved]).toEqual([
      [
        'WOODPECKER_TOKEN',
        'docker-compose.yml:4: WOODPECKER_TOKEN needs TOKEN, which is not set here; set it, or write its value',
      ],
    ])
  })
})

test.each([
  [`$A/\${A}`, 'a/a', []],
  [`$$A \${E:-x} \${E-x} \${N-y}`, '$A x  y', []],
  [`\${A:+yes}\${N:+no}`, 'yes', []],
  [`\${N:?must be}`, '', ['N']],
  ['$N', '', ['N']],
])('%s becomes %j, and lacks %j', (text, filled, missing) => {
  expect(interpolate(text, { A: 'a', E: '' })).toEqual({ text: filled, missing })
})

test('what stands in place of a variable may hold others', () => {
  const text = `\${CI_URL:-https://\${DOMAIN}/ci}`
  expect(interpolate(text, { DOMAIN: 'example.org' })).toEqual({
    text: 'https://example.org/ci',
    missing: [],
  })
  expect(interpolate(text, { CI_URL: 'https://ci' })).toEqual({ text: 'https://ci', missing: [] })
  expect(interpolate(text, {}).missing).toEqual(['DOMAIN'])
})
