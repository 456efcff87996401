import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runInProcess } from '../fixtures/in-process.ts'

let root = ''
let cwd = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'untrusted-'))
  cwd = join(root, 'repository')
  mkdirSync(cwd)
})
afterEach(() => rmSync(root, { recursive: true }))

type Variables = Readonly<Record<string, string>>

/** In a folder with such a `.env`, with these in the real environment. */
async function run(file: Variables, env: Variables, ...argv: string[]) {
  const lines = Object.entries(file).map(([name, value]) => `${name}=${value}\n`)
  writeFileSync(join(cwd, '.env'), lines.join(''))
  const words = argv.length > 0 ? argv : ['config', 'print']
  return await runInProcess(words, env, { cwd })
}

const TOKEN = { WOODPECKER_TOKEN: 'real-token' }
const HETZNER = {
  WOODPECKER_PROVIDER: 'hetznercloud',
  WOODPECKER_HETZNERCLOUD_API_TOKEN: 'real-cloud-token',
  WOODPECKER_HETZNERCLOUD_SERVER_TYPE: 'cx23',
}
const REAL = { ...TOKEN, ...HETZNER }
const CODE = 'export default (globalThis.loaded = true)\n'

describe('a .env in the working directory does not choose code', () => {
  test.each(['./evil.mjs', 'evil.mjs', 'file:evil.mjs', 'evil', '@evil/provider', '../evil.mjs'])(
    'as a provider: %s',
    async (WOODPECKER_PROVIDER) => {
      writeFileSync(join(cwd, 'evil.mjs'), CODE)
      for (const words of [['plan'], ['doctor'], ['offerings']]) {
        const { code, err } = await run({ WOODPECKER_PROVIDER }, TOKEN, ...words)
        expect(code).toBe(2)
        expect(err).toMatch(
          /^\.env in the working directory must not set WOODPECKER_PROVIDER: there it may only be aws, hetznercloud, local, timewebcloud; if you trust the file, use --env-file=\.env\n$/,
        )
      }
      expect(globalThis).not.toHaveProperty('loaded')
    },
  )

  test('nor whose jobs run on this computer', async () => {
    const theirs = {
      WOODPECKER_SERVER: 'https://evil.test',
      WOODPECKER_TOKEN: 'theirs',
      WOODPECKER_GRPC_ADDR: 'evil.test:9000',
    }
    const { code, err } = await run({ ...theirs, WOODPECKER_PROVIDER: 'local' }, {}, 'plan')
    expect(code).toBe(2)
    expect(err).toMatch(
      /must not set WOODPECKER_PROVIDER: with WOODPECKER_SERVER from the same file it would run the jobs of that server/,
    )
    const ours = { ...TOKEN, WOODPECKER_SERVER: 'https://ci.test', WOODPECKER_GRPC_ADDR: 'ci.test:9000' }
    expect(await run({ WOODPECKER_PROVIDER: 'local' }, ours)).toMatchObject({ code: 0 })
  })

  test('under a misspelt name either', async () => {
    const { code, err } = await run({ WOODEPCKER_PROVIDER: './evil.mjs' }, TOKEN)
    expect(code).toBe(2)
    expect(err).toContain('must not set WOODPECKER_PROVIDER')
  })

  test.each([
    'WOODPECKER_LOCAL_COMMAND',
    'WOODPECKER_LOCAL_PASS_ENV',
    'WOODPECKER_AUTOSCALER_CONFIG',
    'NODE_OPTIONS',
    'NODE_EXTRA_CA_CERTS',
    'LD_PRELOAD',
  ])('by %s', async (name) => {
    const { code, err } = await run({ [name]: 'x', WOODPECKER_TOKEN: 'theirs' }, {})
    expect(code).toBe(2)
    expect(err).toContain(`must not set ${name}: it chooses what this program runs or trusts`)
  })

  test.each([['--version'], ['--help'], ['config', 'schema'], ['status'], ['explain', 'x'], ['events']])(
    'and no provider is loaded, nor a file in the way, for %s %s',
    async (...words) => {
      const asked = words.filter(Boolean)
      writeFileSync(join(cwd, 'evil.mjs'), CODE)
      const { code } = await run(
        {},
        { WOODPECKER_PROVIDER: './evil.mjs', WOODPECKER_AUTOSCALER_URL: 'http://127.0.0.1:9' },
        ...asked,
      )
      expect(globalThis).not.toHaveProperty('loaded')
      if (words[0]?.startsWith('--')) expect(code).toBe(0)
    },
  )
})

describe('an address from there is not used with a credential from elsewhere', () => {
  test.each<[Variables, Variables, string]>([
    [{ WOODPECKER_SERVER: 'https://evil.test' }, REAL, 'WOODPECKER_TOKEN'],
    [
      { WOODPECKER_SERVER: 'https://evil.test' },
      { ...HETZNER, WOODPECKER_TOKEN_FILE: '/t' },
      'WOODPECKER_TOKEN_FILE',
    ],
    [{ WOODPECKER_GRPC_ADDR: 'evil.test:9000' }, REAL, 'WOODPECKER_TOKEN'],
    [{ WOODPECKER_GRPC_SECURE: 'false' }, REAL, 'WOODPECKER_TOKEN'],
    [{ WOODPECKER_HETZNERCLOUD_ENDPOINT: 'https://evil.test' }, REAL, 'WOODPECKER_HETZNERCLOUD_API_TOKEN'],
    [
      { WOODPECKER_TOKEN: 'theirs', WOODPECKER_HETZNERCLOUD_ENDPOINT: 'https://evil.test' },
      HETZNER,
      'WOODPECKER_HETZNERCLOUD_API_TOKEN',
    ],
    [{ WOODPECKER_AGENT_IMAGE: 'evil/agent' }, REAL, 'WOODPECKER_TOKEN'],
    [{ WOODPECKER_CLOUDINIT_TEMPLATE: '"#!/bin/sh"' }, REAL, 'WOODPECKER_TOKEN'],
    [{ WOODPECKER_HETZNERCLOUD_USERDATA: '"#!/bin/sh"' }, REAL, 'WOODPECKER_TOKEN'],
    [{ WOODPECKER_AGENT_ENV: 'HTTPS_PROXY=http://evil.test' }, REAL, 'WOODPECKER_TOKEN'],
    [{ WOODPECKER_AGENT_BINARY_URL: 'https://evil.test/x' }, REAL, 'WOODPECKER_TOKEN'],
    [{ HTTPS_PROXY: 'http://evil.test' }, REAL, 'WOODPECKER_TOKEN'],
    [{ AWS_ENDPOINT_URL: 'http://evil.test' }, { ...REAL, AWS_SECRET_ACCESS_KEY: 'k' }, 'WOODPECKER_TOKEN'],
    [
      { PICUS_WOODPECKER_SERVER: 'https://evil.test' },
      { PICUS_WOODPECKER_TOKEN: 't' },
      'PICUS_WOODPECKER_TOKEN',
    ],
  ])('%j', async (file, env, credential) => {
    const { code, err } = await run(file, env)
    expect(code).toBe(2)
    expect(err).toContain(
      `it would be used with ${credential}, which is not from that file; if you trust the file, use --env-file=.env`,
    )
    expect(err).not.toMatch(/evil\.test|real-/)
  })

  test('nor with one that is a flag', async () => {
    const { code, err } = await run(
      { ...HETZNER, WOODPECKER_SERVER: 'https://evil.test' },
      {},
      'plan',
      '--server-token=x',
    )
    expect(code).toBe(2)
    expect(err).toContain('it would be used with --server-token')
  })

  test.each([['status'], ['events'], ['pause'], ['explain', '1']])(
    'by %s %s, which send our token',
    async (...words) => {
      const file = { WOODPECKER_AUTOSCALER_URL: 'http://evil.test' }
      const { code, err } = await run(
        file,
        { WOODPECKER_HTTP_TOKEN: 'x'.repeat(20) },
        ...words.filter(Boolean),
      )
      expect(code).toBe(2)
      expect(err).toContain(
        'must not set WOODPECKER_AUTOSCALER_URL: it would be used with WOODPECKER_HTTP_TOKEN',
      )
    },
  )

  test('and files elsewhere are neither read nor written for it, by a link either', async () => {
    writeFileSync(join(root, 'secret'), 'hunter2')
    symlinkSync(join(root, 'secret'), join(cwd, 'link'))
    for (const path of [join(root, 'secret'), '../secret', 'link']) {
      for (const name of [
        'WOODPECKER_TOKEN_FILE',
        'WOODPECKER_STATE_FILE',
        'WOODPECKER_CLOUDINIT_TEMPLATE_FILE',
      ]) {
        const { code, err } = await run({ ...HETZNER, [name]: path }, {})
        expect(code).toBe(2)
        expect(err).toContain(`must not set ${name}: it names a file outside of the working directory`)
      }
    }
  })

  test.each(['0.0.0.0:9090', '[::]:9090', '192.168.1.2:80'])(
    'and nothing is served at %s',
    async (listen) => {
      const { code, err } = await run({ WOODPECKER_LISTEN: listen }, REAL)
      expect(code).toBe(2)
      expect(err).toContain('must not set WOODPECKER_LISTEN')
    },
  )
})

describe('what may be there', () => {
  const ALL = { ...REAL, WOODPECKER_SERVER: 'https://ci.test', WOODPECKER_GRPC_ADDR: 'ci.test:9000' }

  test('is everything about one server and cloud, with the credentials of both', async () => {
    const more = {
      ...ALL,
      WOODPECKER_HETZNERCLOUD_ENDPOINT: 'https://hetzner.test/v1',
      WOODPECKER_AGENT_IMAGE: 'mine/agent:1',
      WOODPECKER_LISTEN: '127.0.0.1:9090',
      WOODPECKER_STATE_FILE: './state.json',
    }
    expect(await run(more, {})).toMatchObject({ code: 0, err: '' })
  })

  test('are settings that send nothing anywhere, and other programs’ own', async () => {
    const file = {
      WOODPECKER_MAX_AGENTS: '3',
      WOODPECKER_LOG_LEVEL: 'debug',
      CI_HOST: 'ci.test',
      POSTGRES_PASSWORD: 'x',
    }
    const { code, out } = await run(file, { ...ALL })
    expect(code).toBe(0)
    expect(out).toContain('max: 3')
  })

  test('is what the real environment or a flag says instead', async () => {
    const file = { WOODPECKER_SERVER: 'https://evil.test', WOODPECKER_PROVIDER: './evil.mjs' }
    const { code, out } = await run(file, ALL)
    expect(code).toBe(0)
    expect(out).toContain('https://ci.test')
  })

  test('is anything where --env-file names it', async () => {
    const file = { WOODPECKER_SERVER: 'https://ci.test', WOODPECKER_AGENT_IMAGE: 'mine/agent:1' }
    const { code, out, err } = await run(file, REAL, 'config', 'print', '--env-file=.env')
    expect(code).toBe(0)
    expect(err).not.toContain('.env')
    expect(out).toContain('https://ci.test')
    const lost = await run(file, REAL, 'config', 'print', '--env-file=lost.env')
    expect(lost).toMatchObject({ code: 2, err: '--env-file is "lost.env": there is no such file\n' })
  })
})
