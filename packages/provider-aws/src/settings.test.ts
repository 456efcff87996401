import { createShare, namePrefix, silentLog, systemClock } from '@woodpeckers/autoscaler-core'
import { describe, expect, it } from 'vitest'
import { aCloud, anAgent, call } from './a-provider.test-setup.ts'
import awsProvider from './index.ts'
import { awsOptions } from './options.ts'

describe('a wrong setting is one line that names it', () => {
  it.each([
    [
      'an image that there is not',
      { amiId: 'ami-none' },
      /--aws-ami-id .*"ami-none".*there is no image ami-none/,
    ],
    ['a parameter that there is not', { amiId: '/my/image' }, /--aws-ami-id .*no SSM parameter \/my\/image/],
    [
      'an image for another architecture',
      { amiId: 'ami-ubuntu', instanceType: ['c7g.xlarge'] },
      /--aws-ami-id .*ami-ubuntu is for x86_64, the machine type for arm64/,
    ],
    [
      'a type that there is not',
      { instanceType: ['t99.huge'] },
      /--aws-instance-type .*no t99.huge in eu-central-1/,
    ],
  ])('%s', async (_, options, line) => {
    const { ec2, provider } = await aCloud(options)
    const failed = provider.check!(call)
    await expect(failed).rejects.toMatchObject({ kind: 'rejected' })
    await expect(failed).rejects.toThrow(line)
    expect(ec2.count('RunInstances')).toBe(0)
  })

  it('types of two architectures', async () => {
    await expect(aCloud({ instanceType: ['t3.large', 'c7g.xlarge'] })).rejects.toThrow('two architectures')
  })

  it('an offering that is none of the settings', async () => {
    const { provider } = await aCloud()
    await expect(provider.deployAgent(anAgent({ offering: 'x1.big:mars' }), call)).rejects.toMatchObject({
      kind: 'rejected',
    })
  })

  const good = { region: 'eu-central-1', instanceType: ['t3.large'] }
  it.each([
    ['a region', { ...good, region: 'Frankfurt' }],
    ['a machine type', { ...good, instanceType: ['large'] }],
    ['a type’s region', { ...good, instanceType: ['t3.large:'] }],
    ['an image', { ...good, amiId: 'windows' }],
    ['a subnet', { ...good, subnets: ['mine'] }],
    ['a security group', { ...good, securityGroups: ['default'] }],
    ['a standing machine', { ...good, instanceId: ['box'] }],
    ['a tag of ours', { ...good, tags: { 'wp.autoscaler/pool': '2' } }],
    ['half a key', { ...good, accessKeyId: 'AKIA' }],
    ['no machines at all', { region: 'eu-central-1' }],
  ])('%s', (_, options) => {
    expect(awsOptions.safeParse(options).success).toBe(false)
    expect(awsOptions.safeParse(good).success).toBe(true)
  })

  it('what is missing is told at once', () => {
    const { error } = awsOptions.safeParse({})
    expect(error?.issues.map(({ path }) => path[0])).toEqual(['region', 'instanceType'])
  })
})

describe('the definition', () => {
  it('makes a provider without asking AWS for anything', async () => {
    const provider = await awsProvider.create({
      options: awsOptions.parse({ region: 'eu-central-1', instanceType: ['c7g.xlarge'] }),
      pool: { id: '1', namePrefix: namePrefix('1'), labels: {} },
      log: silentLog,
      clock: systemClock,
      random: () => 0,
      share: createShare(),
    })
    expect(provider.platform).toEqual({ platform: 'linux/arm64', backend: 'docker' })
    expect(provider.userDataLimit).toEqual({ bytes: 16_384, gzip: true })
    await provider.close?.()
  })
})
