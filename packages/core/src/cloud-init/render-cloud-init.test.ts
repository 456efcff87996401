import { describe, expect, test } from 'vitest'
import { checkCloudInit } from './check-cloud-init.ts'
import { renderCloudInit } from './render-cloud-init.ts'

const input = {
  name: 'pool-1-agent-abc',
  poolId: '1',
  image: 'woodpeckerci/woodpecker-agent:v3.17.0',
  environment: { WOODPECKER_SERVER: 'ci.example:9000', WOODPECKER_AGENT_SECRET: 's3cret' },
  labels: {},
}

function filesOf(text: string): Record<string, { content: string; permissions: string }> {
  const { write_files } = JSON.parse(text.slice(text.indexOf('\n')))
  return Object.fromEntries(
    write_files.map((file: { path: string; content: string; permissions: string }) => [
      file.path,
      { content: Buffer.from(file.content, 'base64').toString(), permissions: file.permissions },
    ]),
  )
}

describe('the built-in user data', () => {
  const text = renderCloudInit(input)
  const files = filesOf(text)

  test('begins with #cloud-config alone on its line, and has nothing that the check finds', () => {
    expect(text.split('\n')[0]).toBe('#cloud-config')
    expect(checkCloudInit(text)).toEqual([])
  })

  test('keeps the environment, with its secret, for root alone', () => {
    expect(files['/etc/woodpecker-agent/environment']).toEqual({
      content: 'WOODPECKER_SERVER=ci.example:9000\nWOODPECKER_AGENT_SECRET=s3cret\n',
      permissions: '0600',
    })
  })

  test('starts the agent only behind the route that hides the metadata service, at every boot', () => {
    const metadata = files['/etc/systemd/system/woodpecker-no-metadata.service']?.content ?? ''
    const agent = files['/etc/systemd/system/woodpecker-agent.service']?.content ?? ''
    expect(metadata).toContain('blackhole 169.254.169.254/32')
    expect(metadata).toContain('blackhole fd00:ec2::254/128')
    expect(metadata).toMatch(/^Before=.*docker\.service.*woodpecker-agent\.service/m)
    expect(metadata).toContain('WantedBy=multi-user.target')
    expect(agent).toMatch(/^Requires=.*woodpecker-no-metadata\.service/m)
    expect(agent).toMatch(/^After=.*woodpecker-no-metadata\.service/m)
  })

  test('runs the image with the docker socket, for ever, its health port on loopback', () => {
    const agent = files['/etc/systemd/system/woodpecker-agent.service']?.content ?? ''
    expect(agent).toContain('Restart=always')
    expect(agent).toContain('/var/run/docker.sock:/var/run/docker.sock')
    expect(agent).toContain('--publish 127.0.0.1:3000:3000')
    expect(agent).toContain(' woodpeckerci/woodpecker-agent:v3.17.0\n')
  })

  test('lets no value break out', () => {
    const nasty = '"]}\'`$(id) %n \\ # {{ }} ✓'
    const rendered = renderCloudInit({ ...input, environment: { A: nasty } })
    expect(filesOf(rendered)['/etc/woodpecker-agent/environment']?.content).toBe(`A=${nasty}\n`)
  })

  test.each([
    ['a value with a line break', { environment: { A: 'x\ny' } }, /A has a line break/],
    ['a variable that is none', { environment: { 'A B': 'x' } }, /“A B” is not the name/],
    ['an image that is none', { image: 'x --privileged' }, /not the name of a container image/],
  ])('refuses %s', (_, change, message) => {
    expect(() => renderCloudInit({ ...input, ...change })).toThrow(message)
  })
})

describe('the check of user data', () => {
  const messages = (text: string) =>
    checkCloudInit(text).map(({ severity, message }) => `${severity}: ${message}`)

  test.each(['#cloud-config\nruncmd:\n  - ls\n', '#!/bin/bash\nls', 'Content-Type: multipart/mixed'])(
    '%j passes',
    (text) => {
      expect(messages(text)).toEqual([])
    },
  )

  test('a first line that cloud-init would not act on', () => {
    expect(messages('# cloud-config\nruncmd: []')).toEqual([
      expect.stringMatching(/^error: user data begins with "# cloud-config"/),
    ])
  })

  test('a mistyped key, in YAML and in JSON', () => {
    const line = 'warning: cloud-init knows no key "run_cmd", and would ignore it'
    expect(
      messages('#cloud-config\nwrite_files:\n- path: x\n  content: |\n    foo: bar\nrun_cmd: []\n'),
    ).toEqual([line])
    expect(messages('#cloud-config\n{"run_cmd": []}')).toEqual([line])
  })

  test('JSON that is none, and nothing at all', () => {
    expect(messages('#cloud-config\n{"runcmd": [}')).toEqual([
      'error: user data begins like JSON, and is none',
    ])
    expect(messages('#cloud-config\n')).toEqual(['error: user data has nothing in it'])
  })

  test('a size that clouds refuse', () => {
    const ofSize = (bytes: number) => `#!${'x'.repeat(bytes - 2)}`
    expect(messages(ofSize(16_384))).toEqual([])
    expect(messages(ofSize(16_385))).toEqual(['warning: user data has 16385 bytes; AWS takes 16384'])
    expect(messages(ofSize(32_769))).toEqual(['error: user data has 32769 bytes, and may have 32768'])
  })
})
