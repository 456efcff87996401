import { parseSettings } from '@woodpeckers/autoscaler-core'
import { describe, expect, test } from 'vitest'
import { userDataRenderer } from '../user-data.ts'
import { type CliSettings, cliSchema } from './cli-schema.ts'

const read = (env: Record<string, string>) =>
  parseSettings(cliSchema, {
    flags: {},
    env: { WOODPECKER_TOKEN: 't0ken-t0ken', WOODPECKER_PROVIDER: 'local', ...env },
    readFile: () => '',
  })

function settingsWith(env: Record<string, string>): CliSettings {
  const result = read(env)
  if (!result.ok) throw new Error(result.problems.join('\n'))
  return result.values
}

async function filesWith(env: Record<string, string>): Promise<string> {
  const { render } = await userDataRenderer(settingsWith(env))
  const text = render({
    name: 'pool-1-agent-a',
    poolId: '1',
    image: 'agent:v3.17.0',
    environment: {},
    labels: {},
  })
  const { write_files } = JSON.parse(text.slice(text.indexOf('\n'))) as {
    write_files: readonly { path: string; content: string }[]
  }
  return write_files.map(({ path, content }) => `${path}\n${Buffer.from(content, 'base64')}`).join('\n')
}

describe('a setting of the user data reaches the machine', () => {
  test.each([
    ['WOODPECKER_AGENT_MODE', 'binary', 'ExecStart=/usr/local/bin/woodpecker-agent'],
    ['WOODPECKER_REGISTRY_MIRROR', 'https://a.example,https://b.example', '"https://b.example"'],
    ['WOODPECKER_REGISTRY_AUTH', 'reg.example:5000=ci:p=w', Buffer.from('ci:p=w').toString('base64')],
    ['WOODPECKER_SELF_DESTRUCT_AFTER', '2h', '-lt 7200 ]'],
  ])('%s=%s', async (name, value, wanted) => {
    expect(await filesWith({})).not.toContain(wanted)
    expect(await filesWith({ [name]: value })).toContain(wanted)
  })

  test('WOODPECKER_BLOCK_METADATA=false', async () => {
    expect(await filesWith({})).toContain('169.254.169.254')
    expect(await filesWith({ WOODPECKER_BLOCK_METADATA: 'false' })).not.toContain('169.254.169.254')
  })

  test('the address of the binary, with its digest', async () => {
    const files = await filesWith({
      WOODPECKER_AGENT_MODE: 'binary',
      WOODPECKER_AGENT_BINARY_URL: 'https://files.example/agent-{version}-{arch}',
      WOODPECKER_AGENT_BINARY_SHA256: 'ab'.repeat(32),
    })
    expect(files).toContain('"https://files.example/agent-3.17.0-$arch"')
    expect(files).toContain('ab'.repeat(32))
  })
})

describe('a wrong setting of the user data is refused, with what would be right', () => {
  test.each([
    [{ WOODPECKER_AGENT_MODE: 'vm' }, /must be one of container, binary/],
    [{ WOODPECKER_AGENT_BINARY_URL: 'http://x.example/a' }, /must be https/],
    [{ WOODPECKER_AGENT_BINARY_URL: 'https://x.example/`id`' }, /must be a URL/],
    [{ WOODPECKER_AGENT_BINARY_SHA256: 'abc' }, /SHA-256/],
    [{ WOODPECKER_REGISTRY_MIRROR: 'mirror.example' }, /must be a URL like https/],
    [{ WOODPECKER_REGISTRY_AUTH: 'hidden-hidden' }, /must be a list like host=user:password/],
    [{ WOODPECKER_SELF_DESTRUCT_AFTER: '1m' }, /must be 0, or at least 10m/],
    [{ WOODPECKER_CLOUDINIT_TEMPLATE: '#!x', WOODPECKER_AGENT_MODE: 'binary' }, /write it into the template/],
    [
      { WOODPECKER_CLOUDINIT_TEMPLATE: '#!x', WOODPECKER_REGISTRY_AUTH: 'h=u:hidden-hidden' },
      /into the template/,
    ],
  ])('%j', (env, message) => {
    const result = read(env)
    expect(result).toMatchObject({ ok: false, problems: [expect.stringMatching(message)] })
    expect(JSON.stringify(result)).not.toContain('hidden-hidden')
  })

  test('a login is a secret like others', () => {
    const result = read({ WOODPECKER_REGISTRY_AUTH: 'reg.example=ci:hidden-hidden' })
    expect(result.ok && result.secrets).toContain('reg.example=ci:hidden-hidden')
  })
})
