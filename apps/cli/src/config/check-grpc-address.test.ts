import { expect, test } from 'vitest'
import { runInProcess, STILL_PROVIDER } from '../fixtures/in-process.ts'

const hetzner = {
  WOODPECKER_PROVIDER: 'hetznercloud',
  WOODPECKER_HETZNERCLOUD_API_TOKEN: 'c1oud-c1oud',
  WOODPECKER_HETZNERCLOUD_SERVER_TYPE: 'cx23',
}
const aws = {
  WOODPECKER_PROVIDER: 'aws',
  WOODPECKER_AWS_REGION: 'eu-central-1',
  WOODPECKER_AWS_INSTANCE_TYPE: 't3.small',
}

function validate(
  address: string | undefined,
  change: Record<string, string> = hetzner,
  command = ['config', 'validate'],
) {
  return runInProcess(command, {
    WOODPECKER_SERVER: 'http://127.0.0.1:9',
    WOODPECKER_TOKEN: 't0ken-t0ken',
    ...(address !== undefined && { WOODPECKER_GRPC_ADDR: address }),
    ...change,
  })
}

test.each([
  ['127.0.0.1:9100', '127.0.0.1 means each computer itself, so no machine of hetznercloud can reach'],
  ['127.0.1.1:9000', '127.0.1.1 means each computer itself'],
  ['localhost:9000', 'localhost means each computer itself'],
  ['LOCALHOST:9000', 'means each computer itself'],
  ['ci.localhost:9000', 'means each computer itself'],
  ['0.0.0.0:9000', '0.0.0.0 means each computer itself'],
  ['[::1]:9000', '::1 means each computer itself'],
  ['[::]:9000', ':: means each computer itself'],
  ['[::ffff:127.0.0.1]:9000', 'means each computer itself'],
  [':9000', 'it has no host'],
  ['169.254.10.1:9000', 'link-local'],
  ['[fe80::1%eth0]:9000', 'link-local'],
])('with a cloud %s is refused', async (address, words) => {
  for (const command of [['config', 'validate'], ['plan'], ['run'], ['doctor']]) {
    const { code, err } = await validate(address, hetzner, command)
    expect(code).toBe(2)
    expect(err).toContain(`--grpc-addr (WOODPECKER_GRPC_ADDR) is "${address}": `)
    expect(err).toContain(words)
  }
})

test.each([
  ['2001:db8::1', 'in brackets: [2001:db8::1]:9000'],
  ['ci.example.org:', 'must have a port between 1 and 65535'],
  ['ci.example.org:0', 'must have a port between 1 and 65535'],
  ['ci.example.org:99999', 'must have a port between 1 and 65535'],
  ['ci.example.org:grpc', 'must have a port between 1 and 65535'],
  ['ci:9000:1', 'must have a port between'],
  ['[ci.example.org]:9000', 'brackets around no IPv6 address'],
  ['grpc://ci.example.org:9000', 'must be host:port, without'],
  ['ci.example.org:9000/grpc', 'must be host:port, without'],
])('%s is refused, whatever the provider', async (address, words) => {
  for (const provider of [hetzner, { WOODPECKER_PROVIDER: 'local' }]) {
    const { code, err } = await validate(address, provider)
    expect([code, err]).toEqual([2, expect.stringContaining(words)])
  }
})

test.each([
  [undefined, 'is "woodpecker-server:9000": woodpecker-server is a name of one word'],
  ['server:9000', 'server is a name of one word'],
  ['10.0.0.5:9000', '10.0.0.5 is a private address'],
  ['172.20.0.2:9000', 'is a private address'],
  ['192.168.1.2:9000', 'is a private address'],
  ['100.64.0.1:9000', 'is a private address'],
  ['[fd00::1]:9000', 'is a private address'],
  ['host.docker.internal:9000', 'is a name of a private network'],
  ['wp.ci.svc.cluster.local:9000', 'is a name of a private network'],
  ['ci.example.org:9000', 'a public address, without TLS'],
  ['203.0.113.7:9000', 'a public address, without TLS'],
  ['[2001:db8::1]:9000', 'a public address, without TLS'],
  ['ci.example.org', 'without a port: agents take 443'],
])('with a cloud %s is warned of', async (address, words) => {
  for (const provider of [hetzner, aws]) {
    const { code, err } = await validate(address, provider)
    expect([code, err]).toEqual([
      0,
      expect.stringMatching(/^warning: --grpc-addr \(WOODPECKER_GRPC_ADDR\) is /),
    ])
    expect(err).toContain(words)
  }
})

test.each([
  ['ci.example.org:9000', { ...hetzner, WOODPECKER_GRPC_SECURE: 'true' }],
  ['ci.example.org', { ...hetzner, WOODPECKER_GRPC_SECURE: 'true' }],
  ['[2001:db8::1]:443', { ...hetzner, WOODPECKER_GRPC_SECURE: 'true' }],
  ['127.0.0.1:9000', { WOODPECKER_PROVIDER: 'local' }],
  [':9000', { WOODPECKER_PROVIDER: 'local' }],
  [
    'woodpecker-server:9000',
    { WOODPECKER_PROVIDER: STILL_PROVIDER, WOODPECKER_STILL_API_TOKEN: 'c1oud-c1oud' },
  ],
])('nothing is said of %s where it may be right', async (address, change) => {
  expect(await validate(address, change)).toMatchObject({ code: 0, err: '' })
})

test('an emulated cloud on this computer may have its machines here', async () => {
  const change = { ...hetzner, WOODPECKER_HETZNERCLOUD_ENDPOINT: 'http://127.0.0.1:8200/v1' }
  const { code, err } = await validate('127.0.0.1:9100', change)
  expect([code, err]).toEqual([
    0,
    expect.stringMatching(/^warning: .*127\.0\.0\.1 means each computer itself/),
  ])
})

test('clear text to a public address is warned of with local agents too', async () => {
  const { err } = await validate('ci.example.org:9000', { WOODPECKER_PROVIDER: 'local' })
  expect(err).toMatch(/^warning: .*in clear text; set --grpc-secure \(WOODPECKER_GRPC_SECURE\), with TLS/)
})

test('beside another problem the warning is told too', async () => {
  const { code, err } = await validate('server:9000', {
    ...hetzner,
    WOODPECKER_PROVIDER_USERDATA: 'nonsense',
  })
  expect(code).toBe(2)
  expect(err).toMatch(/^--cloudinit-template .*nonsense/m)
  expect(err).toMatch(/^warning: --grpc-addr .*server is a name of one word/m)
})
