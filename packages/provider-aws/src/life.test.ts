import { describe, expect, it } from 'vitest'
import { aCloud, anAgent, aProvider, call } from './a-provider.test-setup.ts'
import { POOL_TAG } from './marks.ts'

const NAME = 'pool-1-agent-aaaaaa'

describe('a list', () => {
  it('has every page of every region, and only what is there', async () => {
    const { ec2, provider } = await aCloud({ instanceType: ['t3.large', 't3.large:eu-west-1'] })
    ec2.pageSize = 2
    for (let at = 0; at < 5; at++) ec2.plant({ Name: `pool-1-agent-a${at}`, [POOL_TAG]: '1' })
    ec2.plant({ Name: 'pool-1-agent-west', [POOL_TAG]: '1' }, { region: 'eu-west-1', state: 'pending' })
    ec2.plant({ Name: 'pool-1-agent-ended', [POOL_TAG]: '1' }, { state: 'terminated' })
    ec2.plant({ Name: 'pool-1-agent-ending', [POOL_TAG]: '1' }, { state: 'shutting-down' })
    ec2.plant({ Name: 'pool-1-agent-stopped', [POOL_TAG]: '1' }, { state: 'stopped' })
    ec2.plant({ Name: 'pool-1-agent-b-agent-a', [POOL_TAG]: '1' })
    const machines = await provider.listDeployedAgents!(call)
    expect(machines.map(({ name, state }) => `${name.slice(13)} ${state}`)).toEqual([
      ...['a0', 'a1', 'a2', 'a3', 'a4'].map((name) => `${name} running`),
      'stopped stopped',
      'west starting',
    ])
    expect(ec2.count('DescribeInstances')).toBe(5)
  })

  it('is unknown when one region does not answer', async () => {
    const { ec2, provider } = await aCloud({ instanceType: ['t3.large', 't3.large:eu-west-1'] })
    ec2.refuse('DescribeInstances', 'Unavailable', { status: 503, times: 3, region: 'eu-west-1' })
    await expect(provider.listDeployedAgentNames(call)).rejects.toMatchObject({ kind: 'transient' })
  })

  it('is unknown, not empty, when a proxy answers in place of EC2', async () => {
    const { ec2, provider } = await aCloud()
    ec2.spoil('DescribeInstances', 'html', 3)
    await expect(provider.listDeployedAgentNames(call)).rejects.toMatchObject({ kind: 'unexpected-answer' })
  })

  it('survives a moment of throttling', async () => {
    const { ec2, provider } = await aCloud()
    ec2.refuse('DescribeInstances', 'RequestLimitExceeded', { status: 503, times: 2 })
    expect(await provider.listDeployedAgentNames(call)).toEqual([])
  })
})

describe('spot machines', () => {
  it('that AWS is about to take back are told', async () => {
    const { ec2, provider } = await aCloud({ useSpotInstances: true })
    await provider.deployAgent(anAgent(), call)
    expect((await provider.listDeployedAgents!(call))[0]).not.toHaveProperty('endingSoon')
    ec2.spotStatus = 'marked-for-termination'
    expect(await provider.listDeployedAgents!(call)).toMatchObject([{ endingSoon: 'marked-for-termination' }])
  })

  it('are listed all the same when that cannot be read', async () => {
    const { ec2, provider } = await aCloud({ useSpotInstances: true })
    await provider.deployAgent(anAgent(), call)
    ec2.refuse('DescribeSpotInstanceRequests', 'UnauthorizedOperation', { status: 403 })
    expect(await provider.listDeployedAgents!(call)).toHaveLength(1)
  })

  it('are not asked for where there are none', async () => {
    const { ec2, provider } = await aCloud()
    await provider.deployAgent(anAgent(), call)
    await provider.listDeployedAgents!(call)
    expect(ec2.count('DescribeSpotInstanceRequests')).toBe(0)
  })
})

describe('an end', () => {
  it('reaches a machine that the list does not show yet', async () => {
    const { ec2, provider } = await aCloud()
    ec2.listLagMs = 20_000
    await provider.deployAgent(anAgent(), call)
    await provider.removeAgent(NAME, call)
    expect(ec2.there).toEqual([])
  })

  it('is not asked for again once it has come', async () => {
    const { ec2, provider } = await aCloud()
    ec2.plant({ Name: NAME, [POOL_TAG]: '1' }, { state: 'terminated' })
    await provider.removeAgent(NAME, call)
    expect(ec2.count('TerminateInstances')).toBe(0)
  })

  it('reaches a machine that somebody has renamed, which is listed under its agent’s name', async () => {
    const { ec2, provider } = await aCloud()
    await provider.deployAgent(anAgent(), call)
    ec2.machines[0]!.tags['Name'] = 'my-debug-box'
    expect(await provider.listDeployedAgentNames(call)).toEqual([NAME])
    // Another process does not know what the first has made.
    const restarted = aProvider(ec2)
    await restarted.removeAgent(NAME, call)
    await restarted.close?.()
    expect(ec2.there).toEqual([])
  })

  it('is none of a machine that somebody has deleted by hand, which is no failure', async () => {
    const { ec2, provider } = await aCloud()
    await provider.deployAgent(anAgent(), call)
    ec2.machines[0]!.state = 'terminated'
    await provider.removeAgent(NAME, call)
    expect(await provider.listDeployedAgents!(call)).toEqual([])
    expect(ec2.count('TerminateInstances')).toBe(0)
  })

  it('is one request for each machine', async () => {
    const { ec2, provider } = await aCloud()
    ec2.plant({ Name: NAME, [POOL_TAG]: '1' })
    ec2.plant({ Name: NAME, [POOL_TAG]: '1' })
    await provider.removeAgent(NAME, call)
    expect(ec2.count('TerminateInstances')).toBe(2)
    expect(ec2.there).toEqual([])
  })

  it('is refused for a name of another pool', async () => {
    const { provider } = await aCloud()
    await expect(provider.removeAgent('pool-2-agent-aaaaaa', call)).rejects.toMatchObject({
      kind: 'rejected',
    })
  })
})

describe('stopping and starting', () => {
  it('keeps the machine, and is done twice without harm', async () => {
    const { ec2, provider } = await aCloud()
    await provider.deployAgent(anAgent(), call)
    await provider.stopAgent!(NAME, call)
    await provider.stopAgent!(NAME, call)
    expect(await provider.listDeployedAgents!(call)).toMatchObject([{ name: NAME, state: 'stopped' }])
    await provider.startAgent!(NAME, call)
    await provider.startAgent!(NAME, call)
    expect(ec2.machines).toMatchObject([{ state: 'running' }])
    expect(provider.stoppingSaves).toBe(true)
  })

  it('says so when there is no room to start it', async () => {
    const { ec2, provider } = await aCloud()
    ec2.plant({ Name: NAME, [POOL_TAG]: '1' }, { state: 'stopped' })
    ec2.soldOut.add('t3.large')
    await expect(provider.startAgent!(NAME, call)).rejects.toMatchObject({ kind: 'offering-unavailable' })
  })

  it('waits for one that still stops, and pulls the plug of one that hangs', async () => {
    const { ec2, provider } = await aCloud()
    const ago = (ms: number) =>
      `User initiated (${new Date(Date.now() - ms).toISOString().slice(0, 19).replace('T', ' ')} GMT)`
    const machine = ec2.plant({ Name: NAME, [POOL_TAG]: '1' }, { state: 'stopping', reason: ago(60_000) })
    await expect(provider.startAgent!(NAME, call)).rejects.toMatchObject({ kind: 'transient' })
    await provider.stopAgent!(NAME, call)
    expect(ec2.count('StopInstances')).toBe(0)
    machine.reason = ago(700_000)
    await provider.stopAgent!(NAME, call)
    expect(ec2.asked.at(-1)?.request.get('Force')).toBe('true')
  })

  it('is not for spot machines', async () => {
    const { provider } = await aCloud({ useSpotInstances: true })
    expect(provider.stoppingSaves).toEqual({ not: expect.stringContaining('spot') })
  })
})

describe('the console', () => {
  it('is its last lines, without colours and without what looks like a secret', async () => {
    const { ec2, provider } = await aCloud()
    await provider.deployAgent(anAgent(), call)
    ec2.console = [
      ...Array.from({ length: 100 }, (_, at) => `line ${at}`),
      '\u001b[31magent: WOODPECKER_AGENT_SECRET=hunter2\u001b[0m',
      'Failed to start /etc/systemd/system/woodpecker-agent.service on i-0123456789abcdef0',
      'key ABCDEFGHIJKLMNOPQRSTUVWXYZ234567==== or 0123456789abcdef0123456789abcdef',
      'or aB3dE5gH7jK9mN1pQ3sT5v+/ and so on',
    ].join('\r\n')
    const lines = (await provider.console!(NAME, call))!.split('\n')
    expect(lines).toHaveLength(60)
    expect(lines.slice(-5)).toEqual([
      'line 99',
      'agent: WOODPECKER_AGENT_SECRET=…',
      'Failed to start /etc/systemd/system/woodpecker-agent.service on i-0123456789abcdef0',
      'key … or …',
      'or … and so on',
    ])
  })

  it('is nothing while there is none', async () => {
    const { provider } = await aCloud()
    await provider.deployAgent(anAgent(), call)
    expect(await provider.console!(NAME, call)).toBeUndefined()
  })
})
