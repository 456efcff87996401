import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { describeSettings } from './describe-settings.ts'
import { settingsJsonSchema } from './json-schema.ts'
import { duration, keyValues, list, secret } from './kinds.ts'
import { parseSettings } from './parse-settings.ts'
import { describeForHelp } from './settings-help.ts'

const schema = z.object({
  apiToken: secret().describe('Token of the account'),
  region: z.enum(['eu', 'us']).default('eu').describe('Where machines run'),
  bootTimeout: duration()
    .prefault('5m')
    .meta({ envAliases: ['OLD_BOOT_TIMEOUT'] }),
  diskGb: z.int().min(10).default(40),
  price: z.number().optional(),
  ipv4: z.boolean().default(true),
  sshKeys: list().default([]),
  tags: keyValues().default({}),
  endpoint: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({ flag: '--cloud-url', env: 'CLOUD_URL' }),
})

function parse(
  env: Record<string, string>,
  flags: Record<string, string | string[]> = {},
  files: Record<string, string> = {},
) {
  const readFile = (path: string) => {
    if (files[path] === undefined) throw new Error(`ENOENT: ${path}`)
    return files[path]
  }
  return parseSettings(schema, { prefix: 'mycloud', flags, env, readFile })
}

const TOKEN = { WOODPECKER_MYCLOUD_API_TOKEN: 's3cret' }

function problems(...given: Parameters<typeof parse>): readonly string[] {
  const result = parse(...given)
  return result.ok ? [] : result.problems
}

describe('names follow from the schema', () => {
  const settings = describeSettings(schema, 'mycloud')

  test('of every option: flag, variable, kind, default', () => {
    expect(settings.map(({ flag, env, kind, defaultText }) => [flag, env, kind, defaultText])).toEqual([
      ['--mycloud-api-token', 'WOODPECKER_MYCLOUD_API_TOKEN', 'text', undefined],
      ['--mycloud-region', 'WOODPECKER_MYCLOUD_REGION', 'choice', 'eu'],
      ['--mycloud-boot-timeout', 'WOODPECKER_MYCLOUD_BOOT_TIMEOUT', 'duration', '5m'],
      ['--mycloud-disk-gb', 'WOODPECKER_MYCLOUD_DISK_GB', 'whole-number', '40'],
      ['--mycloud-price', 'WOODPECKER_MYCLOUD_PRICE', 'number', undefined],
      ['--mycloud-ipv4', 'WOODPECKER_MYCLOUD_IPV4', 'switch', 'true'],
      ['--mycloud-ssh-keys', 'WOODPECKER_MYCLOUD_SSH_KEYS', 'list', undefined],
      ['--mycloud-tags', 'WOODPECKER_MYCLOUD_TAGS', 'key-values', undefined],
      ['--cloud-url', 'CLOUD_URL', 'text', undefined],
    ])
  })

  test('a secret is known as one, may come from a file, and is required where it has no default', () => {
    expect(settings[0]).toMatchObject({ secret: true, fromFile: true, required: true })
    expect(settings[1]).toMatchObject({ secret: false, fromFile: false, required: false })
  })

  test('a default of a duration that was given in milliseconds is shown as a duration', () => {
    const [setting] = describeSettings(z.object({ wait: duration().default(90_000) }))
    expect(setting?.defaultText).toBe('1m30s')
  })

  test('help has it all', () => {
    expect(describeForHelp(settings[1]!)).toEqual({
      usage: '--mycloud-region <word>',
      description: 'Where machines run',
      details: 'WOODPECKER_MYCLOUD_REGION · eu|us · default eu',
    })
    expect(describeForHelp(settings[0]!).details).toBe('WOODPECKER_MYCLOUD_API_TOKEN (or …_FILE) · required')
  })

  test('so does the JSON schema of a config file, without what is only about flags', () => {
    const json = settingsJsonSchema(schema)
    expect(json['required']).toEqual(['apiToken'])
    expect(json['properties']).toMatchObject({
      apiToken: { type: 'string', writeOnly: true, description: 'Token of the account' },
      region: { enum: ['eu', 'us'], default: 'eu' },
      bootTimeout: { type: 'string', default: '5m' },
    })
    expect(JSON.stringify(json)).not.toContain('CLOUD_URL')
  })
})

describe('values', () => {
  test('defaults fill in what was not given', () => {
    expect(parse(TOKEN)).toMatchObject({
      ok: true,
      values: {
        apiToken: 's3cret',
        region: 'eu',
        bootTimeout: 300_000,
        diskGb: 40,
        ipv4: true,
        sshKeys: [],
        tags: {},
      },
    })
  })

  test('are read by their kind', () => {
    const result = parse({
      ...TOKEN,
      WOODPECKER_MYCLOUD_REGION: 'US',
      WOODPECKER_MYCLOUD_BOOT_TIMEOUT: '1m30s',
      WOODPECKER_MYCLOUD_DISK_GB: '80',
      WOODPECKER_MYCLOUD_PRICE: '0.5',
      WOODPECKER_MYCLOUD_IPV4: 'F',
      WOODPECKER_MYCLOUD_SSH_KEYS: 'a,b',
      WOODPECKER_MYCLOUD_TAGS: 'x=1,y=2',
      CLOUD_URL: 'https://cloud.example',
    })
    expect(result.ok && result.values).toEqual({
      apiToken: 's3cret',
      region: 'us',
      bootTimeout: 90_000,
      diskGb: 80,
      price: 0.5,
      ipv4: false,
      sshKeys: ['a', 'b'],
      tags: { x: '1', y: '2' },
      endpoint: 'https://cloud.example',
    })
  })

  test('a flag wins over the environment, the first name over its aliases, and an empty variable is none', () => {
    const env = {
      ...TOKEN,
      WOODPECKER_MYCLOUD_DISK_GB: '80',
      OLD_BOOT_TIMEOUT: '1m',
      WOODPECKER_MYCLOUD_REGION: '',
    }
    expect(parse(env, { '--mycloud-disk-gb': '20' })).toMatchObject({
      values: { diskGb: 20, bootTimeout: 60_000, region: 'eu' },
    })
    expect(parse({ ...env, WOODPECKER_MYCLOUD_BOOT_TIMEOUT: '2m' })).toMatchObject({
      values: { bootTimeout: 120_000 },
    })
  })

  test('a flag given several times is a list', () => {
    expect(parse(TOKEN, { '--mycloud-ssh-keys': ['a', 'b,c'] })).toMatchObject({
      values: { sshKeys: ['a', 'b', 'c'] },
    })
  })

  test('are frozen, inner ones too', () => {
    const result = parse(TOKEN)
    expect(result.ok && Object.isFrozen(result.values) && Object.isFrozen(result.values.sshKeys)).toBe(true)
  })
})

describe('secrets', () => {
  test('come from a file, without its line break', () => {
    const env = { WOODPECKER_MYCLOUD_API_TOKEN_FILE: '/run/token' }
    expect(parse(env, {}, { '/run/token': 's3cret\r\n' })).toMatchObject({
      values: { apiToken: 's3cret' },
      secrets: ['s3cret'],
      exposed: [],
    })
  })

  test('given as a flag are known to be exposed', () => {
    expect(parse({}, { '--mycloud-api-token': 'x' })).toMatchObject({
      exposed: [{ flag: '--mycloud-api-token' }],
    })
  })

  test.each([
    ['an empty file', ' \n', 'WOODPECKER_MYCLOUD_API_TOKEN_FILE names a file that is empty: /run/token'],
    [
      'a missing file',
      undefined,
      'WOODPECKER_MYCLOUD_API_TOKEN_FILE names a file that cannot be read: ENOENT: /run/token',
    ],
  ])('%s is said so, once', (_, content, line) => {
    const files: Record<string, string> = content === undefined ? {} : { '/run/token': content }
    expect(problems({ WOODPECKER_MYCLOUD_API_TOKEN_FILE: '/run/token' }, {}, files)).toEqual([line])
  })

  test('set twice are refused', () => {
    expect(problems({ ...TOKEN, WOODPECKER_MYCLOUD_API_TOKEN_FILE: '/run/token' })).toEqual([
      'WOODPECKER_MYCLOUD_API_TOKEN and WOODPECKER_MYCLOUD_API_TOKEN_FILE are both set; set one of them',
    ])
  })

  test('are never quoted in a problem', () => {
    const strict = z.object({ token: secret().regex(/^[a-z]+$/, 'has a character that no token has') })
    const result = parseSettings(strict, {
      flags: {},
      env: { WOODPECKER_TOKEN: 'S3CRET' },
      readFile: () => '',
    })
    expect(result).toEqual({
      ok: false,
      problems: ['--token (WOODPECKER_TOKEN), from WOODPECKER_TOKEN, has a character that no token has'],
    })
  })
})

test('what may hold a secret is never quoted either', () => {
  const env = keyValues().default({}).meta({ mayHoldSecrets: true })
  const result = parseSettings(z.object({ env }), {
    flags: {},
    env: { WOODPECKER_ENV: 'PASSWORD=S3CRET,oops' },
    readFile: () => '',
  })
  expect(result).toMatchObject({
    ok: false,
    problems: [expect.stringMatching(/^--env \(WOODPECKER_ENV\), from WOODPECKER_ENV, must be a list like/)],
  })
  expect(JSON.stringify(result)).not.toMatch(/S3CRET|oops/)
})

describe('a wrong setting is one line, with its names, its value and what would be right', () => {
  test.each([
    ['REGION', 'mars', '--mycloud-region (WOODPECKER_MYCLOUD_REGION) is "mars": must be one of eu, us'],
    [
      'BOOT_TIMEOUT',
      '10',
      '--mycloud-boot-timeout (WOODPECKER_MYCLOUD_BOOT_TIMEOUT) is "10": must be a duration, like 10s, 1.5h or 2h45m',
    ],
    ['DISK_GB', '5', '--mycloud-disk-gb (WOODPECKER_MYCLOUD_DISK_GB) is "5": must be at least 10'],
    [
      'DISK_GB',
      '1.5',
      '--mycloud-disk-gb (WOODPECKER_MYCLOUD_DISK_GB) is "1.5": must be a whole number, like 3',
    ],
    ['PRICE', 'dear', '--mycloud-price (WOODPECKER_MYCLOUD_PRICE) is "dear": must be a number, like 1.5'],
    ['IPV4', 'yes', '--mycloud-ipv4 (WOODPECKER_MYCLOUD_IPV4) is "yes": must be true or false'],
    ['SSH_KEYS', '"a', /not closed/],
    ['TAGS', 'a', /must be a list like KEY=value/],
  ])('%s=%s', (name, value, line) => {
    const found = problems({ ...TOKEN, [`WOODPECKER_MYCLOUD_${name}`]: value })
    expect(found).toHaveLength(1)
    if (typeof line === 'string') expect(found).toEqual([line])
    else expect(found[0]).toMatch(line)
  })

  test('a URL that is none', () => {
    expect(problems({ ...TOKEN, CLOUD_URL: 'cloud' })).toEqual([
      '--cloud-url (CLOUD_URL) is "cloud": must be a valid URL',
    ])
  })

  test('what is missing says how to set it', () => {
    expect(problems({})).toEqual([
      '--mycloud-api-token (WOODPECKER_MYCLOUD_API_TOKEN) is missing; set it, or name a file that holds it in WOODPECKER_MYCLOUD_API_TOKEN_FILE',
    ])
  })

  test('all of them are told at once', () => {
    expect(problems({ WOODPECKER_MYCLOUD_REGION: 'mars', WOODPECKER_MYCLOUD_DISK_GB: 'x' })).toHaveLength(3)
  })
})
