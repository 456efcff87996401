import { describe, expect, it } from 'vitest'
import { aCloud, anAgent, call, UBUNTU } from './a-provider.test-setup.ts'

describe('looking before paying', () => {
  it('tells what would be used, and makes nothing', async () => {
    const { ec2, provider } = await aCloud({ subnets: ['subnet-a', 'subnet-b'] })
    expect(await provider.check!(call)).toBe(
      't3.large:eu-central-1 with ubuntu-noble (ami-ubuntu); 0 machines of the pool 1',
    )
    expect(ec2.count('RunInstances')).toBe(2)
    expect(ec2.machines).toEqual([])
  })

  it('lists machine types by size', async () => {
    const { provider } = await aCloud()
    expect(await provider.catalogue!(call)).toMatchObject([
      {
        columns: ['type', 'vCPU', 'memory GiB', 'architecture', 'Linux/h', 'spot/h', 'zones'],
        rows: [
          ['t3.large:eu-central-1', '2', '8', 'x86_64', 'unknown', 'unknown', 'a'],
          ['c7g.xlarge:eu-central-1', '4', '8', 'arm64', 'unknown', 'unknown', 'a'],
        ],
      },
    ])
  })

  it('asks for the latest image once an hour, not for each machine', async () => {
    const { ec2, provider } = await aCloud()
    ec2.parameters.set(UBUNTU, 'ami-ubuntu')
    for (const name of ['a', 'b', 'c'])
      await provider.deployAgent(anAgent({ name: `pool-1-agent-${name}` }), call)
    expect([ec2.count('GetParameter'), ec2.count('DescribeImages')]).toEqual([1, 1])
  })
})
