import { describe, expect, test } from 'vitest'
import { AFile } from '../config/a-file.test-setup.ts'
import { runInProcess } from '../fixtures/in-process.ts'

const NEEDED = {
  WOODPECKER_TOKEN: 't',
  WOODPECKER_SERVER: 'http://127.0.0.1:9',
  WOODPECKER_GRPC_ADDR: 'ci.example.org:9000',
  WOODPECKER_GRPC_SECURE: 'true',
  WOODPECKER_PROVIDER: 'hetznercloud',
  WOODPECKER_HETZNERCLOUD_API_TOKEN: 'hunter2',
  WOODPECKER_HETZNERCLOUD_SERVER_TYPE: 'cx23',
  WOODPECKER_HETZNERCLOUD_ENDPOINT: 'http://127.0.0.1:9',
}

async function told(env: Readonly<Record<string, string>>, ...argv: string[]) {
  const words = argv.length > 0 ? argv : ['config', 'validate']
  const { code, err } = await runInProcess(words, { ...NEEDED, ...env })
  return { code, lines: err.split('\n').filter((line) => line !== '') }
}

test('nothing is told of an environment as it should be', async () => {
  const more = { PATH: '/bin', WOODPECKER_HTTP_TOKEN: 'x'.repeat(20), AWS_REGION: 'x', HCLOUD_TOKEN: 'other' }
  expect(await told(more)).toEqual({ code: 0, lines: [] })
})

describe('a variable that is set in vain is told', () => {
  test.each([
    [
      'a slip',
      { WOODPECKER_MAX_AGENT: '2' },
      'WOODPECKER_MAX_AGENT is not known, and not used; is WOODPECKER_MAX_AGENTS meant?',
    ],
    [
      'a slip in a name of the provider',
      { WOODPECKER_HETZNERCLOUD_SERVER_TYPES: 'cx33' },
      'WOODPECKER_HETZNERCLOUD_SERVER_TYPES is not known, and not used; is WOODPECKER_HETZNERCLOUD_SERVER_TYPE meant?',
    ],
    [
      'a name that is like none',
      { WOODPECKER_HETZNERCLOUD_FALLBACK_SERVER_TYPES: 'cx33' },
      'WOODPECKER_HETZNERCLOUD_FALLBACK_SERVER_TYPES is not known, and not used',
    ],
    [
      'small letters',
      { woodpecker_max_agents: '2' },
      'woodpecker_max_agents is not known, and not used; is WOODPECKER_MAX_AGENTS meant?',
    ],
    [
      'a setting of another provider',
      { WOODPECKER_AWS_REGION: 'eu-central-1' },
      'WOODPECKER_AWS_REGION is a setting of the provider aws, and not used: the provider is hetznercloud',
    ],
    [
      'a setting of one that is not here',
      { WOODPECKER_VULTR_API_TOKEN: 'x' },
      'WOODPECKER_VULTR_API_TOKEN is a setting of the provider vultr, which is not built in, and not used: the provider is hetznercloud',
    ],
    [
      'settings of the server',
      {
        WOODPECKER_HOST: 'https://ci',
        WOODPECKER_ADMIN: 'ada',
        WOODPECKER_GITHUB_CLIENT_FILE: 'x',
        WOODPECKER_AGENT_SECRET: 'x',
      },
      'WOODPECKER_ADMIN, WOODPECKER_AGENT_SECRET, WOODPECKER_GITHUB_CLIENT_FILE, WOODPECKER_HOST are settings of the Woodpecker server: not used here',
    ],
    [
      'a setting of agents',
      { WOODPECKER_BACKEND_DOCKER_NETWORK: 'ci' },
      'WOODPECKER_BACKEND_DOCKER_NETWORK is a setting of agents, and not used: use --agent-env to give it to agents',
    ],
    [
      'a setting of agents that is ours to decide',
      { WOODPECKER_MAX_WORKFLOWS: '4' },
      'WOODPECKER_MAX_WORKFLOWS is a setting of agents, and not used: use --workflows-per-agent',
    ],
    [
      'quotes',
      { WOODPECKER_HETZNERCLOUD_IMAGE: '"docker-ce"' },
      'WOODPECKER_HETZNERCLOUD_IMAGE has quotes as a part of its value: leave them out, nothing removes them',
    ],
    [
      'a binary without binary mode',
      { WOODPECKER_AGENT_BINARY_URL: 'https://x.test/agent' },
      '--agent-binary-url (WOODPECKER_AGENT_BINARY_URL) is not used: --agent-mode is container',
    ],
  ])('%s', async (_, env, line) => {
    expect(await told(env)).toEqual({ code: 0, lines: [`warning: ${line}`] })
  })

  test('also where the settings are refused, and by each command that takes them', async () => {
    for (const words of [['plan'], ['doctor'], ['run'], ['config', 'print']]) {
      const { code, lines } = await told({ WOODPECKER_TOKEN: '', WOODPECKER_TOKENS: 'x' }, ...words)
      expect(code).toBe(2)
      expect(lines[0]).toBe(
        'warning: WOODPECKER_TOKENS is not known, and not used; is WOODPECKER_TOKEN meant?',
      )
    }
  })

  test('double quotes round a list are its own', async () => {
    expect(await told({ WOODPECKER_HETZNERCLOUD_SERVER_TYPE: '"cx23"' })).toEqual({ code: 0, lines: [] })
  })

  test("a cloud's own variable, where ours is not set", async () => {
    const { code, lines } = await told({ WOODPECKER_HETZNERCLOUD_API_TOKEN: '', HCLOUD_TOKEN: 'x' })
    expect(code).toBe(2)
    expect(lines[0]).toBe('warning: HCLOUD_TOKEN is not used: use WOODPECKER_HETZNERCLOUD_API_TOKEN')
  })
})

describe('a variable that counts under another name is taken', () => {
  test('where its first word is misspelt', async () => {
    const { out, err } = await runInProcess(['config', 'print'], {
      ...NEEDED,
      WOODPECKER_GRPC_ADDR: '',
      WOODEPCKER_GRPC_ADDR: 'grpc.test:9000',
    })
    expect(out).toContain('grpcAddr: grpc.test:9000')
    expect(err).toBe('warning: WOODEPCKER_GRPC_ADDR is misspelt: taken as WOODPECKER_GRPC_ADDR\n')
  })

  test('but not over the right one', async () => {
    const { out, err } = await runInProcess(['config', 'print'], { ...NEEDED, WOODEPCKER_GRPC_ADDR: 'x:1' })
    expect(out).toContain('grpcAddr: ci.example.org:9000')
    expect(err).toBe('warning: WOODEPCKER_GRPC_ADDR is misspelt, and not used: WOODPECKER_GRPC_ADDR is set\n')
  })

  test.each([
    ['WOODPECKER_HETZNERCLOUD_USERDATA', '#!/bin/sh\necho mine {{ .Environment }}', 'echo mine'],
    ['WOODPECKER_HETZNERCLOUD_SSH_KEY_ID', '4711', '4711'],
    ['WOODEPCKER_HETZNERCLOUD_IMAGE', 'docker-ce', 'docker-ce'],
  ])('where it is older: %s', async (name, value, printed) => {
    const { out, err } = await runInProcess(['config', 'print'], { ...NEEDED, [name]: value })
    expect(out).toContain(printed)
    expect(err).toContain(`warning: ${name} is `)
    expect(err).not.toContain(`${name} is not known`)
  })
})

describe('a gRPC address that is a URL', () => {
  test.each([
    ['https://grpc.test', 'grpc.test', true, ', with TLS (--grpc-secure=true)'],
    ['https://grpc.test:8443/', 'grpc.test:8443', true, ', with TLS (--grpc-secure=true)'],
    ['http://grpc.test:9000', 'grpc.test:9000', false, ''],
  ])('%s is taken, and told', async (written, taken, secure, tls) => {
    const { WOODPECKER_GRPC_SECURE: _, ...needed } = NEEDED
    const { out, err } = await runInProcess(['config', 'print'], { ...needed, WOODPECKER_GRPC_ADDR: written })
    expect(out).toContain(`grpcAddr: ${taken}\n`)
    expect(out.includes('grpcSecure: true')).toBe(secure)
    expect(err).toContain(
      `warning: --grpc-addr (WOODPECKER_GRPC_ADDR) is "${written}": it is no URL but host:port; taken as ${taken}${tls}\n`,
    )
  })

  test('also in the file', async () => {
    using file = new AFile()
    const { server, warnings } = await file.config(
      'server: { url: https://ci.test, token: t, grpcAddr: "https://grpc.test" }\npools: [{ id: a, provider: local }]\n',
    )
    expect(server).toMatchObject({ grpcAddr: 'grpc.test', grpcSecure: true })
    expect(warnings).toEqual([
      'autoscaler.yaml:1:53: server.grpcAddr is "https://grpc.test": it is no URL but host:port; taken as grpc.test, with TLS (server.grpcSecure=true)',
    ])
  })
})

test('without a provider it says which there are', async () => {
  const { code, lines } = await told({ WOODPECKER_PROVIDER: '' })
  expect(code).toBe(2)
  expect(lines).toContain(
    '--provider (WOODPECKER_PROVIDER) is missing; set it to aws, hetznercloud, local, timewebcloud, or to a package or a file',
  )
})
