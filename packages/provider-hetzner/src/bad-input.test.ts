import {
  asOutsideError,
  createShare,
  namePrefix,
  type OutsideError,
  silentLog,
  systemClock,
} from '@woodpeckers/autoscaler-core'
import { EmulatedHetzner, hetznerFetch, serveHetzner } from '@woodpeckers/autoscaler-emulators'
import { expect, test } from 'vitest'
import { anAgent, aProject, call, TOKEN } from './a-project.test-setup.ts'
import hetznerProvider from './index.ts'

async function failure(work: Promise<unknown>): Promise<OutsideError> {
  const error = await work.then(
    () => expect.fail('it succeeded'),
    (thrown: unknown) => asOutsideError(thrown),
  )
  expect(error.message).not.toContain('\n')
  return error
}

test.each([
  [{ serverType: ['cx99'] }, 'there is no server type "cx99"; there are: cax11, cax21, ccx13'],
  [{ serverType: ['cx23:mars'] }, 'there is no location "mars"; there are: ash, fsn1, hel1, nbg1'],
  [{ serverType: ['cx23'], location: 'mars' }, '--hetznercloud-location: there is no location "mars"'],
  [{ serverType: ['cx23:ash'] }, 'cx23 is not available in ash; there are: fsn1, hel1, nbg1'],
  [{ serverType: ['cx23', 'cax11'] }, 'one pool has one architecture, but cx23 is x86, cax11 is arm'],
  [{ image: 'beos' }, 'there is no image for x86 "beos"; there are: debian-12, docker-ce, ubuntu-24.04'],
  [{ sshKeys: ['lost'] }, '--hetznercloud-ssh-keys: there is no SSH key "lost"; there are: admin'],
  [{ networks: ['lost'] }, '--hetznercloud-networks: there is no network "lost"; there are: ci'],
  [{ firewalls: ['lost'] }, '--hetznercloud-firewalls: there is no firewall "lost"; there are: no-way-in'],
  [{ placementGroup: 'lost' }, 'there is no placement group "lost"; there are: apart'],
])('%j is refused at the start, with what there is', async (options, message) => {
  const { open } = aProject()
  expect(await failure(open(options))).toMatchObject({
    kind: 'rejected',
    message: expect.stringContaining(message),
  })
})

test.each([
  [{ serverType: [] }],
  [{ serverType: ['cx23:fsn1:x'] }],
  [{ labels: { 'wp.autoscaler/pool': 'mine' } }],
  [{ labels: { team: 'two words' } }],
  [{ apiToken: '' }],
  [{ maxPrice: 0 }],
  [{ endpoint: 'api.hetzner.cloud' }],
])('%j is not taken as a setting', (options) => {
  const given = { apiToken: TOKEN, serverType: ['cx23'], ...options }
  expect(hetznerProvider.options.safeParse(given).success).toBe(false)
})

test('a pool whose id no host name may have is refused', async () => {
  expect(await failure(aProject().open({}, 'a_b'))).toMatchObject({ kind: 'rejected' })
})

test.each([
  ['unknown', 'somebody-elses', 'the token is wrong or was revoked'],
  ['expired', 'old', 'the token is wrong or was revoked'],
])('an %s token is refused at the start', async (_, apiToken, message) => {
  const { open } = aProject({ tokens: [{ token: 'old', rights: 'expired' }] })
  expect(await failure(open({ apiToken }))).toMatchObject({
    kind: 'auth',
    message: expect.stringContaining(message),
  })
})

test('a token that may only read is told by the check, which makes nothing', async () => {
  const { cloud, open } = aProject({
    tokens: [
      { token: TOKEN, rights: 'read-write' },
      { token: 'looks', rights: 'read' },
    ],
  })
  const reader = await open({ apiToken: 'looks' })
  for (const work of [reader.check!(call), reader.deployAgent(anAgent('a'), call)]) {
    expect(await failure(work)).toMatchObject({ kind: 'auth', message: expect.stringContaining('only read') })
  }
  expect(await (await open()).check!(call)).toMatch(
    /may read and write; 0 machines .* cx23:fsn1 at 0.0064 EUR/,
  )
  expect(cloud.books).toEqual([])
})

test.each([
  ['uniqueness that is no name’s', 'DELETE', 409, 'uniqueness_error', 'rejected', false],
  ['a changed resource', 'POST', 409, 'conflict', 'transient', false],
  ['a lock', 'POST', 423, 'locked', 'transient', false],
  ['a sold-out type', 'POST', 412, 'resource_unavailable', 'offering-unavailable', false],
  ['no host with room', 'POST', 422, 'placement_error', 'offering-unavailable', false],
  ['an order that is wrong', 'POST', 422, 'invalid_input', 'rejected', false],
  ['a thing that is gone', 'POST', 404, 'not_found', 'rejected', false],
  ['a limit of the account', 'POST', 403, 'resource_limit_exceeded', 'quota-exceeded', false],
  ['a lack of rights', 'POST', 403, 'forbidden', 'auth', false],
  ['a new reason to refuse an order', 'POST', 403, 'type_not_for_you', 'rejected', false],
  ['a token revoked meanwhile', 'POST', 401, 'unauthorized', 'auth', false],
  ['too many requests', 'POST', 429, 'rate_limit_exceeded', 'rate-limited', false],
  ['an endpoint that was removed', 'POST', 410, 'deprecated_api_endpoint', 'rejected', false],
  ['maintenance', 'POST', 503, 'maintenance', 'transient', false],
  ['a fault inside', 'POST', 500, 'server_error', 'transient', true],
  ['a gateway', 'POST', 502, 'bad_gateway', 'transient', true],
  ['a gateway that waited', 'POST', 504, 'timeout', 'transient', true],
  ['a code that is new', 'POST', 418, 'teapot', 'rejected', false],
] as const)('%s: %s answered %d %s is %s', async (_, method, status, code, kind, mayHaveActed) => {
  const { cloud, open, within } = aProject()
  const provider = await open()
  if (method === 'DELETE') await provider.deployAgent(anAgent('a'), call)
  const body = { error: { code, message: 'said', details: null } }
  cloud.faults.add({ method, path: '/servers', kind: 'answer', status, body, times: 9 })
  const work: Promise<unknown> =
    method === 'DELETE'
      ? provider.removeAgent(anAgent('a').name, call)
      : provider.deployAgent(anAgent('a'), call)
  const error = await failure(within(60_000, work))
  expect(error).toMatchObject({ kind, mayHaveActed, message: expect.stringContaining(code) })
})

test.each([
  ['200', 200, 'unexpected-answer'],
  ['403', 403, 'unexpected-answer'],
  ['404', 404, 'unexpected-answer'],
  ['502', 502, 'transient'],
])(
  'a web page of a proxy with %s is neither an empty list nor a refusal of the token',
  async (_, status, kind) => {
    const { cloud, open, within } = aProject()
    const provider = await open()
    cloud.faults.add({
      path: '/servers',
      kind: 'answer',
      status,
      type: 'text/html',
      body: '<html>Log in</html>',
      times: Infinity,
    })
    for (const start of [
      () => provider.listDeployedAgents!(call),
      () => provider.removeAgent(anAgent('a').name, call),
      () => provider.deployAgent(anAgent('a'), call),
    ]) {
      const error = await failure(within<unknown>(60_000, start()))
      expect(error).toMatchObject({ kind, message: expect.stringContaining('web page') })
      expect(error.message).not.toContain('Log in')
    }
  },
)

test('a quota stops, and says whom to ask', async () => {
  const { open } = aProject({ serverLimit: 1 })
  const provider = await open()
  await provider.deployAgent(anAgent('a'), call)
  expect(await failure(provider.deployAgent(anAgent('b'), call))).toMatchObject({
    kind: 'quota-exceeded',
    message: expect.stringContaining('ask Hetzner'),
  })
})

test('user data has a limit, which Hetzner keeps as well', async () => {
  const { open } = aProject()
  const provider = await open()
  expect(provider.userDataLimit).toEqual({ bytes: 32_768, gzip: false })
  const exact = { ...anAgent('a'), userData: '#'.repeat(32_768) }
  await provider.deployAgent(exact, call)
  const tooLarge = provider.deployAgent({ ...anAgent('b'), userData: '#'.repeat(32_769) }, call)
  expect(await failure(tooLarge)).toMatchObject({
    kind: 'rejected',
    message: expect.stringContaining('user_data'),
  })
})

test('a cloud that hangs is given up', async () => {
  const { cloud, open, within } = aProject()
  const provider = await open()
  cloud.faults.add({ path: '/servers', kind: 'hang', times: Infinity })
  expect(await failure(within(60_000, provider.listDeployedAgents!(call)))).toMatchObject({
    kind: 'transient',
  })
})

test('a cloud that is away at the start is asked again later', async () => {
  const { cloud, open, logged, within } = aProject()
  cloud.faults.add({ path: '/', kind: 'reset', times: Infinity })
  const provider = await within(60_000, open({ serverType: ['cax11'], image: 'debian-12' }))
  expect(provider.platform).toEqual({ platform: 'linux/arm64', backend: 'docker' })
  expect(logged.join()).toContain('The settings could not be checked yet')
  expect(await failure(within(60_000, provider.listDeployedAgents!(call)))).toMatchObject({
    kind: 'transient',
  })
  cloud.faults.clear()
  await provider.deployAgent(anAgent('a'), call)
  expect(cloud.servers).toMatchObject([{ type: { name: 'cax11' }, image: { architecture: 'arm' } }])
})

test('a port where nobody listens is a passing failure, and nothing has been done', async () => {
  const { url, close } = await serveHetzner(new EmulatedHetzner({ clock: systemClock, random: () => 0 }))
  await close()
  const provider = await hetznerProvider.create({
    options: hetznerProvider.options.parse({ apiToken: TOKEN, serverType: ['cx23:fsn1'], endpoint: url }),
    pool: { id: 'test', namePrefix: namePrefix('test'), labels: {} },
    log: silentLog,
    clock: systemClock,
    random: () => 0,
    share: createShare(),
  })
  expect(await failure(provider.deployAgent(anAgent('a', 'cx23:fsn1'), call))).toMatchObject({
    kind: 'transient',
    mayHaveActed: false,
    message: expect.stringContaining('ECONNREFUSED'),
  })
  await provider.close?.()
})

test('a connection that does not come about has not acted', async () => {
  const { cloud, open } = aProject()
  const timeout = Object.assign(new Error('Connect Timeout Error'), { code: 'UND_ERR_CONNECT_TIMEOUT' })
  let away = false
  const provider = await open({}, 'test', (url, init) =>
    away ? Promise.reject(new TypeError('fetch failed', { cause: timeout })) : hetznerFetch(cloud)(url, init),
  )
  away = true
  expect(await failure(provider.deployAgent(anAgent('a', 'cx23:fsn1'), call))).toMatchObject({
    kind: 'transient',
    mayHaveActed: false,
    message: expect.stringContaining('UND_ERR_CONNECT_TIMEOUT'),
  })
})
