import type { Log, Machine, Offering } from '@woodpeckers/autoscaler-core'
import { ManualClock } from '@woodpeckers/autoscaler-core/testing'
import { describe, expect, it, vi } from 'vitest'
import { aCloud, aContext, anAgent, anEc2, call } from './a-provider.test-setup.ts'
import type { AwsProvider } from './aws-provider.ts'
import { browseAws } from './browse.ts'

const dollars = (amount: number) => ({ amount, currency: 'USD' })

function aLog(): { readonly log: Log; readonly lines: string[] } {
  const lines: string[] = []
  const write = (_: object, message: string) => void lines.push(message)
  return { log: { debug: write, info: write, warn: write, error: write }, lines }
}

/** The first answer comes without waiting for prices. */
async function offeringsInTheEnd(provider: AwsProvider): Promise<readonly Offering[]> {
  await provider.offerings!(call)
  return vi.waitFor(async () => {
    const offerings = await provider.offerings!(call)
    expect(offerings.some(({ hourlyPrice }) => hourlyPrice)).toBe(true)
    return offerings
  })
}

describe('prices', () => {
  it('are those of the price list for ordinary machines, where no reservation has paid', async () => {
    const { ec2, provider } = await aCloud({ instanceType: ['t3.large', 'm5.large', 't3.large:us-east-1'] })
    ec2.prices.set('t3.large', 0.096)
    expect(await offeringsInTheEnd(provider)).toEqual([
      { id: 't3.large:eu-central-1', hourlyPrice: dollars(0.096) },
      { id: 'm5.large:eu-central-1' },
      { id: 't3.large:us-east-1', hourlyPrice: dollars(0.096) },
    ])
    expect(ec2.priceListAsked.toSorted()).toEqual([
      'AmazonEC2 eu-central-1 m5.large in eu-central-1',
      'AmazonEC2 eu-central-1 t3.large in eu-central-1',
      'AmazonEC2 us-east-1 t3.large in us-east-1',
    ])
  })

  it('of spot machines are those of the dearest zone, until it is known which zone it is', async () => {
    const { ec2, provider } = await aCloud({ useSpotInstances: true })
    ec2.prices.set('t3.large@eu-central-1a', 0.031).set('t3.large@eu-central-1b', 0.042)
    expect(await offeringsInTheEnd(provider)).toMatchObject([{ hourlyPrice: dollars(0.042) }])
    await provider.deployAgent(anAgent(), call)
    expect(await provider.listDeployedAgents!(call)).toMatchObject([{ hourlyPrice: dollars(0.031) }])
    expect(ec2.count('GetProducts')).toBe(0)
  })

  it('are asked for once, and a machine has one as long as it runs', async () => {
    const { ec2, provider } = await aCloud()
    ec2.prices.set('t3.large', 0.096)
    await provider.deployAgent(anAgent(), call)
    await offeringsInTheEnd(provider)
    const prices = async () =>
      (await provider.listDeployedAgents!(call)).map(({ hourlyPrice }: Machine) => hourlyPrice)
    expect(await prices()).toEqual([dollars(0.096)])
    await provider.stopAgent!('pool-1-agent-aaaaaa', call)
    expect(await prices()).toEqual([undefined])
    expect(ec2.count('GetProducts')).toBe(1)
  })

  it('that may not be read cost one line, which names the right, and nothing else', async () => {
    const { log, lines } = aLog()
    const { ec2, provider } = await aCloud({}, log)
    const message = 'User: arn:aws:iam::1:user/ci is not authorized to perform: pricing:GetProducts'
    ec2.refuse('GetProducts', 'AccessDeniedException', { message })
    expect(await provider.offerings!(call)).toEqual([{ id: 't3.large:eu-central-1' }])
    await vi.waitFor(() => expect(lines).toHaveLength(1))
    await provider.deployAgent(anAgent(), call)
    expect(await provider.listDeployedAgents!(call)).toMatchObject([{ name: 'pool-1-agent-aaaaaa' }])
    expect(lines).toEqual([
      'on-demand prices of eu-central-1 are not known: GetProducts in eu-central-1: the credentials lack the right pricing:GetProducts',
    ])
    expect(ec2.count('GetProducts')).toBe(1)
  })

  it('that never come keep nobody waiting', async () => {
    const { ec2, provider } = await aCloud()
    ec2.spoil('GetProducts', 'hang')
    const startedAt = performance.now()
    for (let tick = 0; tick < 5; tick++) {
      await provider.offerings!(call)
      await provider.listDeployedAgents!(call)
    }
    expect(performance.now() - startedAt).toBeLessThan(5_000)
    await vi.waitFor(() => expect(ec2.count('GetProducts')).toBe(1))
  })

  it('stand in the table of machine types, for which a region is enough', async () => {
    const ec2 = await anEc2()
    const { log, lines } = aLog()
    ec2.prices
      .set('t3.large', 0.096)
      .set('t3.large@eu-central-1a', 0.031)
      .set('t3.large@eu-central-1b', 0.042)
    const table = () => browseAws(aContext({}, log), call, { endpoint: ec2.url })
    expect((await table())[0]!.rows.map((row) => row.slice(4, 6))).toEqual([
      ['0.0960 USD', '0.0310–0.0420 USD'],
      ['unknown', 'unknown'],
    ])
    ec2.refuse('GetProducts', 'AccessDeniedException')
    expect((await table())[0]!.rows[0]!.slice(4, 6)).toEqual(['unknown', '0.0310–0.0420 USD'])
    expect(lines).toEqual([expect.stringContaining('the credentials lack the right pricing:GetProducts')])
    await ec2.close()
  })

  it('that never come leave the table without them', async () => {
    const ec2 = await anEc2()
    ec2.spoil('GetProducts', 'hang')
    const clock = new ManualClock()
    const tables = browseAws({ ...aContext(), clock }, call, { endpoint: ec2.url })
    await vi.waitFor(() => expect(ec2.count('GetProducts')).toBe(1))
    await clock.advance(60_000)
    expect((await tables)[0]!.rows[0]!.slice(0, 5)).toEqual([
      't3.large:eu-central-1',
      '2',
      '8',
      'x86_64',
      'unknown',
    ])
    await ec2.close()
  })
})
