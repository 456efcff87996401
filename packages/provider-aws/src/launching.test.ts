import { randomBytes } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { aCloud, anAgent, aProvider, call } from './a-provider.test-setup.ts'
import type { Ec2StandIn } from './an-ec2.test-setup.ts'
import { AGENT_TAG, POOL_TAG } from './marks.ts'

const NAME = 'pool-1-agent-aaaaaa'

function lastLaunch(ec2: Ec2StandIn): Record<string, string> {
  const launches = ec2.asked.filter(({ action }) => action === 'RunInstances')
  return Object.fromEntries(launches.at(-1)!.request)
}

describe('a machine is asked for', () => {
  it('with the agent’s name, the pool’s mark, our tags, for itself and its disk', async () => {
    const { ec2, provider } = await aCloud({ tags: { team: 'ci' } })
    await provider.deployAgent(anAgent(), call)
    const request = lastLaunch(ec2)
    for (const [at, resource] of ['instance', 'volume'].entries()) {
      expect(request[`TagSpecification.${at + 1}.ResourceType`]).toBe(resource)
    }
    expect(ec2.machines[0]?.tags).toEqual({ Name: NAME, [POOL_TAG]: '1', [AGENT_TAG]: NAME, team: 'ci' })
  })

  it('one at a time, ending when it powers itself off, its metadata out of reach of containers', async () => {
    const { ec2, provider } = await aCloud({ volumeSize: 80 })
    await provider.deployAgent(anAgent(), call)
    expect(lastLaunch(ec2)).toMatchObject({
      MinCount: '1',
      MaxCount: '1',
      ImageId: 'ami-ubuntu',
      InstanceType: 't3.large',
      InstanceInitiatedShutdownBehavior: 'terminate',
      'MetadataOptions.HttpTokens': 'required',
      'MetadataOptions.HttpPutResponseHopLimit': '1',
      'BlockDeviceMapping.1.DeviceName': '/dev/sda1',
      'BlockDeviceMapping.1.Ebs.VolumeSize': '80',
      'BlockDeviceMapping.1.Ebs.VolumeType': 'gp3',
      'BlockDeviceMapping.1.Ebs.DeleteOnTermination': 'true',
    })
  })

  it('with every disk of the image ending with it', async () => {
    const { ec2, provider } = await aCloud({ amiId: 'ami-data' })
    const mapping = (device: string, stays: boolean) =>
      `<item><deviceName>${device}</deviceName><ebs><volumeSize>10</volumeSize><deleteOnTermination>${!stays}</deleteOnTermination></ebs></item>`
    ec2.images.set('ami-data', {
      name: 'with data',
      architecture: 'x86_64',
      rootDevice: '/dev/sda1',
      mappings: `<blockDeviceMapping>${mapping('/dev/sda1', true)}${mapping('/dev/sdf', true)}${mapping('/dev/sdg', false)}</blockDeviceMapping>`,
    })
    await provider.deployAgent(anAgent(), call)
    const request = lastLaunch(ec2)
    expect(request).toMatchObject({
      'BlockDeviceMapping.1.DeviceName': '/dev/sda1',
      'BlockDeviceMapping.1.Ebs.DeleteOnTermination': 'true',
      'BlockDeviceMapping.2.DeviceName': '/dev/sdf',
      'BlockDeviceMapping.2.Ebs.DeleteOnTermination': 'true',
    })
    expect(request).not.toHaveProperty('BlockDeviceMapping.3.DeviceName')
  })

  it('with the user data packed, and no larger than EC2 takes', async () => {
    const { ec2, provider } = await aCloud()
    const userData = `#cloud-config\n${'# the same again\n'.repeat(5_000)}`
    await provider.deployAgent(anAgent({ userData }), call)
    const sent = Buffer.from(lastLaunch(ec2)['UserData']!, 'base64')
    expect(gunzipSync(sent).toString()).toBe(userData)
    const large = `#cloud-config\n# ${randomBytes(20_000).toString('base64')}\n`
    const refused = provider.deployAgent(anAgent({ name: 'pool-1-agent-large', userData: large }), call)
    await expect(refused).rejects.toMatchObject({ kind: 'rejected', mayHaveActed: false })
    await expect(refused).rejects.toThrow(/user data has \d+ bytes compressed, and EC2 takes 16384/)
    expect(ec2.there).toHaveLength(1)
  })

  it('with what the settings name in that region, and not in another', async () => {
    const { ec2, provider } = await aCloud({
      instanceType: ['t3.large:eu-west-1'],
      amiId: 'ami-ubuntu',
      subnets: ['subnet-here', 'subnet-there:eu-west-1'],
      securityGroups: ['sg-here', 'sg-there:eu-west-1'],
      sshKeyName: 'mine',
      iamInstanceProfileArn: 'arn:aws:iam::1:instance-profile/ci',
    })
    await provider.deployAgent(anAgent(), call)
    expect(ec2.machines).toMatchObject([{ region: 'eu-west-1' }])
    expect(lastLaunch(ec2)).toMatchObject({
      SubnetId: 'subnet-there',
      'SecurityGroupId.1': 'sg-there',
      KeyName: 'mine',
      'IamInstanceProfile.Arn': 'arn:aws:iam::1:instance-profile/ci',
    })
    expect(lastLaunch(ec2)).not.toHaveProperty('SecurityGroupId.2')
  })

  it('as the spot machine of one time, without a highest price', async () => {
    const { ec2, provider } = await aCloud({ useSpotInstances: true })
    await provider.deployAgent(anAgent(), call)
    const request = lastLaunch(ec2)
    expect(request).toMatchObject({
      'InstanceMarketOptions.MarketType': 'spot',
      'InstanceMarketOptions.SpotOptions.SpotInstanceType': 'one-time',
      'InstanceMarketOptions.SpotOptions.InstanceInterruptionBehavior': 'terminate',
    })
    expect(Object.keys(request).join()).not.toContain('MaxPrice')
  })
})

describe('where there is no room', () => {
  it('the next subnet is tried, and once only', async () => {
    const { ec2, provider } = await aCloud({ subnets: ['subnet-a', 'subnet-b', 'subnet-c'] })
    ec2.soldOut.add('t3.large@subnet-a')
    await provider.deployAgent(anAgent(), call)
    expect(lastLaunch(ec2)['SubnetId']).toBe('subnet-b')
    expect(ec2.count('RunInstances')).toBe(2)
  })

  it.each([
    ['InvalidSubnetID.NotFound', "The subnet ID 'subnet-a' does not exist"],
    ['Unsupported', 'Your requested instance type is not supported in your requested Availability Zone'],
    ['InvalidParameterCombination', 'not supported in this zone'],
  ])('%s in one subnet lets the next one be tried', async (code, message) => {
    const { ec2, provider } = await aCloud({ subnets: ['subnet-a', 'subnet-b'] })
    ec2.refuse('RunInstances', code, { status: 400, message })
    await provider.deployAgent(anAgent(), call)
    expect(lastLaunch(ec2)['SubnetId']).toBe('subnet-b')
  })

  it('a quota of spot machines lets an on-demand one be tried, as its quota is another', async () => {
    const { ec2, provider } = await aCloud({ useSpotInstances: true, spotFallback: true, subnets: [] })
    ec2.refuse('RunInstances', 'VcpuLimitExceeded', { status: 400, message: 'spot vCPU limit of 0' })
    await provider.deployAgent(anAgent(), call)
    expect(ec2.machines.map(({ spot }) => spot)).toEqual([false])
  })

  it('when quotas refuse every way, the engine is told so, with the words of each', async () => {
    const { ec2, provider } = await aCloud({ useSpotInstances: true, spotFallback: true, subnets: [] })
    ec2.refuse('RunInstances', 'VcpuLimitExceeded', { status: 400, message: 'vCPU limit of 0', times: 2 })
    await expect(provider.deployAgent(anAgent(), call)).rejects.toMatchObject({
      kind: 'quota-exceeded',
      message: expect.stringMatching(/spot: .*vCPU limit of 0; on-demand: .*vCPU limit of 0/),
    })
  })

  it('the engine is told to try the next offering', async () => {
    const { ec2, provider } = await aCloud({
      instanceType: ['t3.large', 't3.large:eu-west-1'],
      amiId: 'ami-ubuntu',
      subnets: ['subnet-a', 'subnet-b'],
    })
    expect(await provider.offerings!(call)).toEqual([
      { id: 't3.large:eu-central-1' },
      { id: 't3.large:eu-west-1' },
    ])
    ec2.soldOut.add('t3.large@subnet-a').add('t3.large@subnet-b')
    await expect(provider.deployAgent(anAgent(), call)).rejects.toMatchObject({
      kind: 'offering-unavailable',
      message: expect.stringMatching(/t3\.large:eu-central-1 .*subnet-a.*Insufficient.*subnet-b/),
    })
    await provider.deployAgent(anAgent({ offering: 't3.large:eu-west-1' }), call)
    expect(await provider.listDeployedAgents!(call)).toMatchObject([{ offering: 't3.large:eu-west-1' }])
  })

  it.each([
    [true, 'on-demand'],
    [false, 'nowhere'],
  ])('for spot machines, and the fallback is %s, it becomes one %s', async (spotFallback, where) => {
    const { ec2, provider } = await aCloud({ useSpotInstances: true, spotFallback, subnets: ['subnet-a'] })
    ec2.soldOut.add('spot')
    const deployed = provider.deployAgent(anAgent(), call)
    if (where === 'nowhere') await expect(deployed).rejects.toMatchObject({ kind: 'offering-unavailable' })
    else await deployed
    expect(ec2.machines.map(({ spot }) => spot)).toEqual(spotFallback ? [false] : [])
  })
})

describe('one machine for one name', () => {
  it('when the answer was lost, and the list is late', async () => {
    const { ec2, provider } = await aCloud()
    ec2.listLagMs = 60_000
    ec2.spoil('RunInstances', 'lost')
    await provider.deployAgent(anAgent(), call)
    expect(ec2.count('RunInstances')).toBe(2)
    expect(ec2.there).toHaveLength(1)
  })

  it('when every answer is lost, which is said, and then another process tries', async () => {
    const { ec2, provider } = await aCloud()
    ec2.listLagMs = 60_000
    ec2.spoil('RunInstances', 'lost', 3)
    await expect(provider.deployAgent(anAgent(), call)).rejects.toMatchObject({
      kind: 'transient',
      mayHaveActed: true,
    })
    await aProvider(ec2).deployAgent(anAgent(), call)
    expect(ec2.there).toHaveLength(1)
  })

  it('when the next offering is asked for, with the first one there after all', async () => {
    const { ec2, provider } = await aCloud({ instanceType: ['t3.large', 't3.xlarge'] })
    await provider.deployAgent(anAgent({ offering: 't3.large:eu-central-1' }), call)
    await provider.deployAgent(anAgent({ offering: 't3.xlarge:eu-central-1' }), call)
    expect(ec2.there).toMatchObject([{ type: 't3.large' }])
  })

  it.each(['refused', 'answered'] as const)(
    'also the second time, when the first has ended, no list tells, and its token is %s',
    async (endedTokens) => {
      const { ec2, provider } = await aCloud()
      ec2.endedTokens = endedTokens
      await provider.deployAgent(anAgent(), call)
      await provider.removeAgent(NAME, call)
      ec2.listLagMs = 60_000
      await provider.deployAgent(anAgent(), call)
      expect(ec2.there).toHaveLength(1)
      expect(ec2.machines).toHaveLength(2)
    },
  )

  it('and not the one of somebody else, who has given his the name', async () => {
    const { ec2, provider } = await aCloud()
    ec2.plant({ Name: NAME })
    ec2.plant({ Name: NAME, [POOL_TAG]: '2' })
    await provider.deployAgent(anAgent(), call)
    expect(ec2.there).toHaveLength(3)
    await provider.removeAgent(NAME, call)
    expect(ec2.there).toHaveLength(2)
  })
})
