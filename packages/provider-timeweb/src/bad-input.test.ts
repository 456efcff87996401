import type { OutsideError } from '@woodpeckers/autoscaler-core'
import { describe, expect, test } from 'vitest'
import { anAccount, call, deployment, TOKEN } from './an-account.test-setup.ts'

const NAME = 'pool-1-agent-abc123'

type Refused = Pick<OutsideError, 'kind' | 'message' | 'mayHaveActed'>

async function refusalOfOrder(status: number, body: unknown, type?: string): Promise<Refused> {
  const { cloud, open, inTime } = anAccount()
  const provider = await open()
  cloud.faults.add({
    kind: 'answer',
    method: 'POST',
    path: '/api/v1/servers',
    status,
    body,
    ...(type ? { type } : {}),
  })
  return inTime(provider.deployAgent(deployment(NAME), call())).then(
    () => expect.fail('it took that for success'),
    (error: OutsideError) => error,
  )
}

function says(code: string, message: string | readonly string[]) {
  return { status_code: 0, error_code: code, message, response_id: '15095f25-aac3-4d60-a788-96cb5136f186' }
}

describe('a refused order is an error by what is to be done next', () => {
  test.each<[number, object, OutsideError['kind'], RegExp]>([
    [400, says('bad_request', ['hostname must be valid', 'x']), 'rejected', /400: bad_request hostname.*; x/],
    [400, says('bad_request', 'preset is not available now'), 'offering-unavailable', /not available/],
    [402, says('payment_required', 'pay'), 'quota-exceeded', /402/],
    [403, says('no_balance', 'Недостаточно средств'), 'quota-exceeded', /средств/],
    [403, says('servers_limit_exceeded', 'limit'), 'quota-exceeded', /limit/],
    [403, says('forbidden', 'Insufficient rights'), 'auth', /lacks the right/],
    [409, says('no_capacity', 'There is no free capacity'), 'offering-unavailable', /capacity/],
    [409, says('conflict', 'try later'), 'rejected', /409/],
    [429, says('too_many_requests', 'slow down'), 'rate-limited', /429/],
    [500, says('internal_server_error', 'limit of patience'), 'transient', /500/],
  ])('%i %j', async (status, body, kind, message) => {
    const error = await refusalOfOrder(status, body)
    expect(error).toMatchObject({ kind, mayHaveActed: status >= 500 })
    expect(error.message).toMatch(message)
    expect(error.message).not.toContain('\n')
  })

  test('a web page is a proxy’s, whatever its status', async () => {
    for (const [status, kind] of [
      [200, 'unexpected-answer'],
      [403, 'unexpected-answer'],
      [502, 'transient'],
    ] as const) {
      const error = await refusalOfOrder(status, '<html>blocked</html>', 'text/html')
      expect(error).toMatchObject({ kind, message: expect.stringMatching(/web page.*proxy/) })
      expect(error.message).not.toContain('blocked')
    }
  })
})

describe('a token', () => {
  test.each([
    ['wrong', 'all'],
    ['expired', 'expired'],
  ] as const)('that is %s, to which the answer is 401 with nothing in it', async (which, rights) => {
    const { open } = anAccount({ tokens: [{ token: TOKEN, rights, isAbleToDelete: true }] })
    const opening = open(which === 'wrong' ? { apiToken: 'another-token' } : {})
    await expect(opening).rejects.toMatchObject({
      kind: 'auth',
      message: expect.stringMatching(/401: the token is wrong, expired or revoked/),
    })
  })

  test('that may only read', async () => {
    const { cloud, open, inTime } = anAccount({
      tokens: [{ token: TOKEN, rights: 'read', isAbleToDelete: false }],
    })
    const provider = await open()
    expect(await inTime(provider.check!(call()))).toContain('balance 5000 RUB')
    await expect(inTime(provider.deployAgent(deployment(NAME), call()))).rejects.toMatchObject({
      kind: 'auth',
      message: expect.stringMatching(/403.*lacks the right/),
      mayHaveActed: false,
    })
    expect(cloud.servers).toEqual([])
  })
})

test('presets that are sold out are tried in order, each with its own error', async () => {
  const { cloud, open, inTime } = anAccount()
  const provider = await open({ presetId: ['2447', '2449'] })
  cloud.sellOut(2447)
  const first = inTime(provider.deployAgent({ ...deployment(NAME), offering: '2447' }, call()))
  await expect(first).rejects.toMatchObject({ kind: 'offering-unavailable' })
  await inTime(provider.deployAgent({ ...deployment(NAME), offering: '2449' }, call()))
  expect(cloud.servers).toMatchObject([{ preset: { id: 2449 } }])
})

test('no money and too many servers pause the pool', async () => {
  const { cloud, open, inTime } = anAccount({ serverLimit: 0 })
  const provider = await open()
  const kind = 'quota-exceeded'
  await expect(inTime(provider.deployAgent(deployment(NAME), call()))).rejects.toMatchObject({ kind })
  cloud.serverLimit = 9
  cloud.balance = 0
  await expect(inTime(provider.deployAgent(deployment(NAME), call()))).rejects.toMatchObject({ kind })
})

test('a name of another pool is refused, and nothing is asked', async () => {
  const { open } = anAccount()
  const provider = await open()
  await expect(provider.deployAgent(deployment('pool-2-agent-x'), call())).rejects.toMatchObject({
    kind: 'rejected',
  })
  await expect(provider.removeAgent('web-1', call())).rejects.toMatchObject({ kind: 'rejected' })
})

test('a blocked account fails the check', async () => {
  const { cloud, open, inTime } = anAccount()
  const provider = await open()
  const body = { status: { is_blocked: true } }
  cloud.faults.add({ kind: 'answer', path: '/api/v1/account/status', status: 200, body })
  await expect(inTime(provider.check!(call()))).rejects.toMatchObject({
    kind: 'auth',
    message: expect.stringContaining('blocked'),
  })
})
