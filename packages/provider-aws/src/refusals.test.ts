import { describe, expect, it } from 'vitest'
import { aCloud, anAgent, call, SECRET_KEY } from './a-provider.test-setup.ts'
import { toOutsideError } from './errors.ts'

describe('what EC2 refuses is told by what to do next', () => {
  it.each([
    ['InsufficientInstanceCapacity', 500, 'offering-unavailable'],
    ['Server.InsufficientInstanceCapacity', 500, 'offering-unavailable'],
    ['UnfulfillableCapacity', 500, 'offering-unavailable'],
    ['Unsupported', 400, 'offering-unavailable'],
    ['SpotMaxPriceTooLow', 400, 'offering-unavailable'],
    ['MaxSpotInstanceCountExceeded', 400, 'offering-unavailable'],
    ['VcpuLimitExceeded', 400, 'quota-exceeded'],
    ['InstanceLimitExceeded', 400, 'quota-exceeded'],
    ['RequestLimitExceeded', 503, 'rate-limited'],
    ['UnauthorizedOperation', 403, 'auth'],
    ['AuthFailure', 401, 'auth'],
    ['InvalidClientTokenId', 403, 'auth'],
    ['ExpiredToken', 400, 'auth'],
    ['InvalidParameterValue', 400, 'rejected'],
    ['InvalidSubnetID.NotFound', 400, 'rejected'],
    ['InvalidGroup.NotFound', 400, 'rejected'],
    ['InvalidKeyPair.NotFound', 400, 'rejected'],
  ])('%s (%d): %s', async (code, status, kind) => {
    const { ec2, provider } = await aCloud()
    ec2.refuse('RunInstances', code, { status, message: 'because of something' })
    const failed = provider.deployAgent(anAgent(), call)
    await expect(failed).rejects.toMatchObject({ kind, mayHaveActed: false })
    await expect(failed).rejects.toThrow(/^[^\n]*RunInstances in eu-central-1[^\n]*$/)
    expect(ec2.count('RunInstances')).toBe(1)
  })

  it.each([
    ['an error of its own', 'InternalError', 500],
    ['being away', 'Unavailable', 503],
  ])('%s may have made the machine', async (_, code, status) => {
    const { ec2, provider } = await aCloud()
    ec2.refuse('RunInstances', code, { status, times: 3 })
    await expect(provider.deployAgent(anAgent(), call)).rejects.toMatchObject({
      kind: 'transient',
      mayHaveActed: true,
    })
  })

  it('a page of a proxy may stand for a machine that was made', async () => {
    const { ec2, provider } = await aCloud()
    ec2.spoil('RunInstances', 'html', 3)
    await expect(provider.deployAgent(anAgent(), call)).rejects.toMatchObject({ mayHaveActed: true })
  })

  it('a connection that is refused has made nothing', async () => {
    const { ec2, provider } = await aCloud()
    await ec2.close()
    await expect(provider.deployAgent(anAgent(), call)).rejects.toMatchObject({
      kind: 'transient',
      mayHaveActed: false,
      message: 'DescribeInstances in eu-central-1: no answer (ECONNREFUSED)',
    })
  })

  it('the right that is missing is named, also where it is not the call’s own', async () => {
    const { ec2, provider } = await aCloud()
    ec2.refuse('DescribeInstances', 'UnauthorizedOperation', { status: 403 })
    await expect(provider.listDeployedAgentNames(call)).rejects.toThrow(
      'lack the right ec2:DescribeInstances',
    )
    ec2.refuse('RunInstances', 'UnauthorizedOperation', {
      status: 403,
      message:
        'You are not authorized to perform this operation. User: arn:aws:iam::1:user/ci is not authorized to perform: ec2:CreateTags on resource: x. Encoded authorization failure message: 4GIOHlTkIaWHQD0Q0m6XSnuUMCm',
    })
    await expect(provider.deployAgent(anAgent(), call)).rejects.toThrow(/lack the right ec2:CreateTags$/)
    ec2.refuse('GetParameter', 'AccessDeniedException')
    await expect((await aCloudWithDeniedParameter()).check!(call)).rejects.toThrow('ssm:GetParameter')
  })

  it('no credentials at all are told with the cure', () => {
    const thrown = Object.assign(new Error('Could not load credentials'), {
      name: 'CredentialsProviderError',
    })
    expect(toOutsideError(thrown, { action: 'DescribeInstances', region: 'eu-central-1' })).toMatchObject({
      kind: 'auth',
      message: expect.stringContaining('--aws-access-key-id'),
    })
  })

  it('a hanging call ends with its signal', async () => {
    const { ec2, provider } = await aCloud()
    ec2.spoil('DescribeInstances', 'hang')
    const signal = AbortSignal.timeout(50)
    await expect(provider.listDeployedAgentNames({ signal })).rejects.toMatchObject({
      kind: 'transient',
      cause: { name: 'TimeoutError' },
    })
  })
})

async function aCloudWithDeniedParameter() {
  const { ec2, provider } = await aCloud()
  ec2.refuse('GetParameter', 'AccessDeniedException')
  return provider
}

describe('no secret gets out', () => {
  it('of any failure, its causes included', async () => {
    const { ec2, provider } = await aCloud()
    const userData = '#cloud-config\n# user data with AGENT-SECRET-1234567890\n'
    const faults = [
      () =>
        ec2.refuse('RunInstances', 'UnauthorizedOperation', { message: `no: ${SECRET_KEY}${SECRET_KEY}` }),
      () => ec2.spoil('RunInstances', 'cut', 3),
      () => ec2.spoil('RunInstances', 'html', 3),
      () => ec2.refuse('RunInstances', 'InternalError', { status: 500, times: 3 }),
      () => ec2.refuse('DescribeInstances', 'AuthFailure', { status: 401 }),
    ]
    for (const spoil of faults) {
      spoil()
      const error = await provider.deployAgent(anAgent({ userData }), call).catch((thrown) => thrown)
      const all = everythingIn(error)
      expect(error).toBeInstanceOf(Error)
      for (const secret of [SECRET_KEY, 'AGENT-SECRET', 'UserData', 'AWS4-HMAC'])
        expect(all).not.toContain(secret)
    }
  })
})

/** Every text in it, however deep, hidden ones too. */
function everythingIn(value: unknown, seen = new Set<unknown>()): string {
  if (typeof value !== 'object' || value === null) return String(value)
  if (seen.has(value)) return ''
  seen.add(value)
  return Reflect.ownKeys(value)
    .map((key) => everythingIn((value as Record<PropertyKey, unknown>)[key], seen))
    .join('\n')
}
