import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runInProcess, STILL_PROVIDER } from '../fixtures/in-process.ts'

let cwd = ''
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'same-config-'))
})
afterEach(() => rmSync(cwd, { recursive: true }))

const SERVER = {
  WOODPECKER_SERVER: 'https://ci.example',
  WOODPECKER_TOKEN: 't0ken-t0ken',
  WOODPECKER_GRPC_ADDR: 'ci.test:9000',
}
const HETZNER = {
  ...SERVER,
  WOODPECKER_PROVIDER: 'hetznercloud',
  WOODPECKER_HETZNERCLOUD_API_TOKEN: 'c1oud-c1oud',
  WOODPECKER_HETZNERCLOUD_SERVER_TYPE: 'cx23:fsn1,cpx22',
}
const PICUS = {
  PICUS_WOODPECKER_SERVER: 'https://ci.example',
  PICUS_WOODPECKER_TOKEN: 't0ken-t0ken',
  PICUS_AGENT_WOODPECKER_SERVER: 'ci.example:443',
  PICUS_AGENT_WOODPECKER_AGENT_SECRET: 'agents-own',
}

/** Besides what was migrated, for secrets that stood among other things. */
const SPLIT = { AGENT_ENV_REGISTRY_PASSWORD: 'hunter2-pw' }

describe('what counts in the end is the same by the file as by the environment', () => {
  test.each<[string, Record<string, string>]>([
    ['nothing but what is needed', HETZNER],
    [
      'everything of the Go autoscaler',
      {
        ...HETZNER,
        WOODPECKER_LOG_LEVEL: 'debug',
        WOODPECKER_RECONCILIATION_INTERVAL: '1m',
        WOODPECKER_POOL_ID: 'blue',
        WOODPECKER_MIN_AGENTS: '2',
        WOODPECKER_MAX_AGENTS: '7',
        WOODPECKER_AGENT_ALLOWED_STARTUP_TIME: '6m',
        WOODPECKER_AGENT_IDLE_TIMEOUT: '90s',
        WOODPECKER_AGENT_BILLING_TEARDOWN_MARGIN: '4m30s',
        WOODPECKER_WORKFLOWS_PER_AGENT: '4',
        WOODPECKER_GRPC_ADDR: 'ci.example:9000',
        WOODPECKER_GRPC_SECURE: 'true',
        WOODPECKER_AGENT_IMAGE: 'me/agent:v3',
        WOODPECKER_AGENT_ENV: `A=\${B} $C,"D=x,y",REGISTRY_PASSWORD=hunter2-pw`,
        WOODPECKER_PROVIDER_USERDATA: `#!/bin/sh\necho "\${X}" {{ range $k, $v := .Environment }}{{ $k }}={{ $v }} {{ end }}{{ .Image }}\n`,
        WOODPECKER_HETZNERCLOUD_SSH_KEYS: 'a,b',
        WOODPECKER_HETZNERCLOUD_LABELS: 'team=red,cost=1',
        WOODPECKER_HETZNERCLOUD_PUBLIC_IPV4_ENABLE: 'false',
        WOODPECKER_HETZNERCLOUD_IMAGE: '24.04',
        WOODPECKER_HETZNERCLOUD_MAX_PRICE: '0.05',
      },
    ],
    [
      'settings of our own',
      {
        ...HETZNER,
        WOODPECKER_AGENT_LABELS: '!gpu=yes,zone=a b',
        WOODPECKER_STOPPED_FOR: '1h',
        WOODPECKER_BUFFER: '20%',
        WOODPECKER_MAX_AGE: '36h',
        WOODPECKER_SHRINK_ORDER: 'oldest,idlest',
        WOODPECKER_MAX_HOURLY_COST: '6 EUR',
        WOODPECKER_ORGANISATION: '7',
        WOODPECKER_AGENT_MODE: 'binary',
        WOODPECKER_REGISTRY_AUTH: 'reg.example=ci:p-w-d-1',
        WOODPECKER_REGISTRY_MIRROR: 'https://me:m1rr0r@mirror.example',
        WOODPECKER_SELF_DESTRUCT_AFTER: '2h',
      },
    ],
    [
      'AWS, its region by its usual name',
      {
        ...SERVER,
        WOODPECKER_PROVIDER: 'aws',
        AWS_REGION: 'eu-central-1',
        WOODPECKER_AWS_INSTANCE_TYPE: 't3.large',
        WOODPECKER_AWS_TAGS: 'a=b',
        WOODPECKER_AWS_USE_SPOT_INSTANCES: 'true',
        WOODPECKER_AWS_SSH_KEYNAME: 'me',
      },
    ],
    [
      'a provider in a file, with durations and lists of its own',
      {
        ...SERVER,
        WOODPECKER_PROVIDER: STILL_PROVIDER,
        WOODPECKER_STILL_API_TOKEN: 'c1oud-c1oud',
        WOODPECKER_STILL_BOOT_TIME: '90s',
        WOODPECKER_STILL_ZONES: 'x,y',
      },
    ],
    [
      'Picus at Hetzner',
      {
        ...PICUS,
        PICUS_PROVIDER_TYPE: 'hcloud',
        PICUS_HCLOUD_TOKEN: 'c1oud-c1oud',
        PICUS_HCLOUD_SSH_KEYS: 'me@example.com,you',
        PICUS_POLL_INTERVAL: '20s',
        PICUS_MAX_IDLE_TIME: '1h30m',
        PICUS_AGENT_IMAGE: 'me/agent:v3',
        PICUS_AGENT_WOODPECKER_MAX_WORKFLOWS: '3',
        PICUS_AGENT_WOODPECKER_GRPC_SECURE: 'true',
        PICUS_AGENT_WOODPECKER_FILTER_LABELS: 'platform=linux/arm64,repo=*,gpu=yes',
        PICUS_AGENT_WOODPECKER_BACKEND_DOCKER_VOLUMES: '/a:/b,/c:"/d"',
        PICUS_AGENT_WOODPECKER_REGISTRY_PASSWORD: 'hunter2-pw',
      },
    ],
    [
      'Picus at AWS',
      {
        ...PICUS,
        PICUS_PROVIDER_TYPE: 'aws',
        PICUS_AWS_INSTANCE_ID: 'i-0123456789abcdef0',
        PICUS_WOODPECKER_AGENT_ID: '7',
        AWS_REGION: 'eu-central-1',
        PICUS_AGENT_WOODPECKER_FILTER_LABELS: 'platform=linux/amd64,backend=docker,repo=*,org-id=*',
      },
    ],
  ])('%s', async (_, env) => {
    const written = await runInProcess(['migrate'], env, { cwd })
    expect(written.code, written.err).toBe(0)
    expect(written.out + written.err).not.toMatch(/t0ken|c1oud|hunter2|agents-own|p-w-d-1|m1rr0r/)
    writeFileSync(join(cwd, 'autoscaler.yaml'), written.out)
    const [byEnvironment, byFile] = [
      await runInProcess(['config', 'print'], env, { cwd }),
      await runInProcess(['config', 'print', '--config=autoscaler.yaml'], { ...env, ...SPLIT }, { cwd }),
    ]
    expect([byEnvironment.code, byFile.code, byFile.err]).toEqual([0, 0, ''])
    expect(byFile.out).toContain('ci.example')
    // A value in a list of pairs is known as a secret only where it is one by itself.
    const without = (text: string) =>
      text.replaceAll('hunter2-pw', '[secret]').replaceAll('m1rr0r', '[secret]')
    expect(without(byFile.out)).toBe(without(byEnvironment.out))
  })
})

test('files that hold secrets are named in the file, from where that one will be', async () => {
  const { WOODPECKER_TOKEN: _, WOODPECKER_HETZNERCLOUD_API_TOKEN: __, ...rest } = HETZNER
  const env = {
    ...rest,
    WOODPECKER_TOKEN_FILE: 'secrets/token',
    WOODPECKER_HETZNERCLOUD_API_TOKEN_FILE: '/run/secrets/hetzner',
  }
  const here = await runInProcess(['migrate'], env, { cwd })
  expect(here.out).toMatch(/token: file:secrets\/token$/m)
  expect(here.out).toMatch(/apiToken: file:\/run\/secrets\/hetzner$/m)
  expect(here.err).not.toContain('must be in the environment')
  const { mkdirSync, readFileSync } = await import('node:fs')
  mkdirSync(join(cwd, 'etc'))
  await runInProcess(['migrate', '--out=etc/autoscaler.yaml'], env, { cwd })
  expect(readFileSync(join(cwd, 'etc/autoscaler.yaml'), 'utf8')).toContain(`file:${cwd}/secrets/token`)
})
