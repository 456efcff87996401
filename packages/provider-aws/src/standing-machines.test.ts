import { describe, expect, it } from 'vitest'
import { aCloud, call } from './a-provider.test-setup.ts'
import { POOL_TAG } from './marks.ts'

const ONE = 'i-00000000000000001'
const TWO = 'i-00000000000000002'

async function twoStanding() {
  const { ec2, provider } = await aCloud({ instanceType: [], instanceId: [ONE, `${TWO}:eu-west-1`] })
  ec2.plant({ Name: 'big box' }, { state: 'stopped' })
  // Somebody marked it as the pool's, by mistake: it stays what it is.
  ec2.plant({ Name: 'pool-1-agent-byhand', [POOL_TAG]: '1' }, { region: 'eu-west-1', state: 'running' })
  return { ec2, provider }
}

describe('standing machines', () => {
  it('are known by their ids before AWS is asked, alone where no other can be made', async () => {
    const { ec2, provider } = await twoStanding()
    expect(provider.standing).toMatchObject({ ids: [ONE, TWO], alone: true })
    expect(ec2.count('DescribeInstances')).toBe(0)
    const { provider: mixed } = await aCloud({ instanceId: [ONE] })
    expect(mixed.standing).toMatchObject({ ids: [ONE], alone: false })
  })

  it('are listed as they are, in the order of the settings', async () => {
    const { provider } = await twoStanding()
    expect(await provider.standing.list(call)).toMatchObject([
      { id: ONE, name: 'big box', state: 'stopped' },
      { id: TWO, state: 'running', startedAt: expect.any(Number), offering: 't3.large:eu-west-1' },
    ])
  })

  it('are in no list of the pool, and are never ended', async () => {
    const { ec2, provider } = await twoStanding()
    expect(await provider.listDeployedAgentNames(call)).toEqual([])
    await provider.removeAgent('pool-1-agent-byhand', call)
    expect(ec2.count('TerminateInstances')).toBe(0)
  })

  it('are started and stopped, twice without harm', async () => {
    const { ec2, provider } = await twoStanding()
    await provider.standing.start(ONE, call)
    await provider.standing.start(ONE, call)
    await provider.standing.stop(TWO, call)
    await provider.standing.stop(TWO, call)
    expect(ec2.machines.map(({ state }) => state)).toEqual(['running', 'stopped'])
    expect([ec2.count('StartInstances'), ec2.count('StopInstances')]).toEqual([1, 1])
  })

  it('are not started where there is no room, nor before they have stopped', async () => {
    const { ec2, provider } = await twoStanding()
    ec2.soldOut.add('t3.large')
    await expect(provider.standing.start(ONE, call)).rejects.toMatchObject({ kind: 'offering-unavailable' })
    ec2.machines[1]!.state = 'stopping'
    await expect(provider.standing.start(TWO, call)).rejects.toMatchObject({ kind: 'transient' })
  })

  it('that are gone are said to be', async () => {
    const { ec2, provider } = await twoStanding()
    ec2.machines[0]!.state = 'terminated'
    ec2.machines.pop()
    expect((await provider.standing.list(call)).map(({ state }) => state)).toEqual(['gone', 'gone'])
    await expect(provider.standing.start(ONE, call)).rejects.toMatchObject({ kind: 'rejected' })
    await expect(provider.check!(call)).rejects.toThrow(`there is no ${ONE}, no ${TWO}`)
  })

  it('are none but those of the settings', async () => {
    const { ec2, provider } = await twoStanding()
    const other = ec2.plant({ Name: 'another' })
    await expect(provider.standing.stop(other.id, call)).rejects.toMatchObject({ kind: 'rejected' })
    expect(other.state).toBe('running')
  })
})
