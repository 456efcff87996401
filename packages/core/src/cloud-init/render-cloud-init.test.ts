import { describe, expect, test } from 'vitest'
import { checkCloudInit } from './check-cloud-init.ts'
import { type CloudInitOptions, defaultCloudInitOptions } from './cloud-init-options.ts'
import { renderCloudInit } from './render-cloud-init.ts'

const input = {
  name: 'pool-1-agent-abc',
  poolId: '1',
  image: 'woodpeckerci/woodpecker-agent:v3.17.0',
  environment: { WOODPECKER_SERVER: 'ci.example:9000', WOODPECKER_AGENT_SECRET: 's3cret' },
  labels: {},
}

const withOptions = (change: Partial<CloudInitOptions>) =>
  renderCloudInit(input, { ...defaultCloudInitOptions, ...change })

function commandsOf(text: string): readonly string[] {
  const { runcmd } = JSON.parse(text.slice(text.indexOf('\n'))) as { runcmd: readonly (readonly string[])[] }
  return runcmd.map((words) => words.join(' '))
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

describe('the agent as a binary', () => {
  const text = withOptions({ agentMode: 'binary', agentBinarySha256: ['AB'.repeat(32)] })
  const files = filesOf(text)
  const script = files['/usr/local/sbin/woodpecker-agent-install-binary']?.content ?? ''
  const unit = files['/etc/systemd/system/woodpecker-agent.service']?.content ?? ''

  test("comes from the releases, in the image's version, and is taken only with its digest", () => {
    expect(script).toContain(
      '"https://github.com/woodpecker-ci/woodpecker/releases/download/v3.17.0/woodpecker-agent_linux_$arch.tar.gz"',
    )
    expect(script).toContain(`case " ${'ab'.repeat(32)} " in`)
    expect(script.indexOf('sha256sum')).toBeLessThan(script.indexOf('install -m 0755'))
  })

  test('runs as a user of its own, with its health port on loopback, unless its environment says otherwise', () => {
    expect(unit).toContain('User=woodpecker\n')
    expect(unit.indexOf('HEALTHCHECK_ADDR=127.0.0.1:3000')).toBeLessThan(unit.indexOf('EnvironmentFile='))
    expect(unit).not.toContain('docker run')
  })

  test('needs no Docker where its jobs need none', () => {
    const local = renderCloudInit(
      { ...input, environment: { WOODPECKER_BACKEND: 'local' } },
      { ...defaultCloudInitOptions, agentMode: 'binary' },
    )
    expect(JSON.stringify(Object.values(filesOf(local)))).not.toContain('docker.io')
    expect(filesOf(local)['/etc/systemd/system/woodpecker-agent.service']?.content).not.toContain(
      'docker.service',
    )
    expect(commandsOf(local).join()).not.toContain('docker')
  })

  test.each([
    ['an image without a version', { image: 'agent:next' }, {}, /agent:next has no version/],
    ['an address with a quote', {}, { agentBinaryUrl: 'https://x.example/"$(id)"' }, /must be a URL/],
    ['plain HTTP without a digest', {}, { agentBinaryUrl: 'http://x.example/agent' }, /https/],
  ])('refuses %s', (_, agent, options, message) => {
    expect(() =>
      renderCloudInit(
        { ...input, ...agent },
        { ...defaultCloudInitOptions, agentMode: 'binary', ...options },
      ),
    ).toThrow(message)
  })
})

describe('a setting', () => {
  test('of a mirror reaches Docker before the agent starts', () => {
    const text = withOptions({ registryMirrors: ['https://mirror.example.org'] })
    expect(filesOf(text)['/etc/docker/daemon.json']?.content).toBe(
      '{\n  "registry-mirrors": [\n    "https://mirror.example.org"\n  ]\n}\n',
    )
    const commands = commandsOf(text)
    expect(commands.indexOf('systemctl restart docker.service')).toBeLessThan(
      commands.indexOf('systemctl enable --now woodpecker-agent.service'),
    )
  })

  test('of a login is for root alone, and for the pull', () => {
    const files = filesOf(
      withOptions({ registryLogins: [{ host: 'docker.io', user: 'ci', password: 'p:w' }] }),
    )
    const config = files['/etc/woodpecker-agent/docker/config.json']
    expect(config?.permissions).toBe('0600')
    expect(JSON.parse(config?.content ?? '')).toEqual({
      auths: { 'https://index.docker.io/v1/': { auth: Buffer.from('ci:p:w').toString('base64') } },
    })
    expect(files['/etc/systemd/system/woodpecker-agent.service']?.content).toContain(
      '/usr/bin/docker --config /etc/woodpecker-agent/docker run',
    )
  })

  test('leaves the metadata service in reach', () => {
    const text = withOptions({ blockMetadata: false })
    expect(JSON.stringify(filesOf(text))).not.toContain('169.254.169.254')
    expect(JSON.stringify(filesOf(text))).not.toContain('no-metadata')
    expect(commandsOf(text).join()).not.toContain('no-metadata')
  })

  test('of the self-destruct asks the health port of the agent, and needs one', () => {
    const script = (environment: Record<string, string>) =>
      filesOf(
        renderCloudInit(
          { ...input, environment },
          { ...defaultCloudInitOptions, selfDestructAfterMs: 3_600_000 },
        ),
      )['/usr/local/sbin/woodpecker-self-destruct']?.content
    expect(script({})).toContain('http://127.0.0.1:3000/varz')
    expect(script({ WOODPECKER_HEALTHCHECK_ADDR: ':4100' })).toContain('http://127.0.0.1:4100/varz')
    expect(() => script({ WOODPECKER_HEALTHCHECK: 'false' })).toThrow(/WOODPECKER_HEALTHCHECK turns off/)
    expect(filesOf(withOptions({}))).not.toHaveProperty('/usr/local/sbin/woodpecker-self-destruct')
  })
})

describe("cloud-init's copies of the user data", () => {
  test('go after its last stage, of every boot, without anybody waiting for it', () => {
    const text = renderCloudInit(input)
    const unit = filesOf(text)['/etc/systemd/system/woodpecker-forget-user-data.service']?.content
    expect(unit).toContain('After=cloud-final.service')
    expect(unit).toContain('WantedBy=cloud-init.target')
    expect(commandsOf(text).slice(-2)).toEqual([
      'systemctl enable woodpecker-forget-user-data.service',
      'systemctl start --no-block woodpecker-forget-user-data.service',
    ])
  })
})
