import { createShare, namePrefix } from '@woodpeckers/autoscaler-core'
import { expect, it, onTestFinished } from 'vitest'
import { aContext, anEc2, call } from './a-provider.test-setup.ts'
import { createAwsProvider } from './aws-provider.ts'
import { POOL_TAG } from './marks.ts'

const POOLS: readonly string[] = Array.from({ length: 34 }, (_, i) => `p${i}`)

/** Pools of one process, which share what is asked. */
async function pools(ids: readonly string[], options: (id: string) => Readonly<Record<string, unknown>>) {
  const ec2 = await anEc2()
  onTestFinished(() => ec2.close())
  const share = createShare()
  const providers = ids.map((id) => {
    const pool = { id, namePrefix: namePrefix(id), labels: {} }
    return createAwsProvider({ ...aContext(options(id)), pool, share }, { endpoint: ec2.url })
  })
  onTestFinished(async () => {
    for (const provider of providers) await provider.close?.()
  })
  const plant = (pool: string, suffix: string, region = 'eu-central-1') => {
    const name = `${namePrefix(pool)}${suffix}`
    ec2.plant({ Name: name, [POOL_TAG]: pool }, { region })
    return name
  }
  return { ec2, providers, plant }
}

it('34 pools of one key are listed with one request a region, and each has its own', async () => {
  const { ec2, providers, plant } = await pools(POOLS, () => ({
    instanceType: ['t3.large', 't3.large:eu-west-1'],
  }))
  const own = POOLS.map((pool) => [plant(pool, 'a'), plant(pool, 'b'), plant(pool, 'west', 'eu-west-1')])
  ec2.plant({ Name: 'somebody’s' })
  const lists = await Promise.all(providers.map((provider) => provider.listDeployedAgentNames(call)))
  expect(lists).toEqual(own)
  expect(ec2.count('DescribeInstances')).toBe(2)
})

it('what was made after the list of another pool went out shows in the next', async () => {
  const { ec2, providers, plant } = await pools(['one', 'two'], () => ({}))
  const [one, two] = providers
  ec2.spoil('DescribeInstances', 'hang')
  const stop = new AbortController()
  const ofOne = one!.listDeployedAgentNames({ signal: stop.signal })
  ofOne.catch(() => {})
  await expect.poll(() => ec2.count('DescribeInstances')).toBe(1)
  const name = plant('two', 'a')
  const ofTwo = two!.listDeployedAgentNames(call)
  stop.abort(new Error('late'))
  await expect(ofOne).rejects.toMatchObject({ kind: 'transient' })
  expect(await ofTwo).toEqual([name])
  expect(ec2.count('DescribeInstances')).toBe(2)
})

it('a pool alone asks for its own, and pools of another key have a list of their own', async () => {
  const { ec2, providers } = await pools(['a', 'b'], (id) => ({ accessKeyId: `AKIA${id}` }))
  await Promise.all(providers.map((provider) => provider.listDeployedAgentNames(call)))
  const filters = ec2.asked.map(({ request }) => request.get('Filter.1.Value.1'))
  expect(filters.toSorted()).toEqual(['a', 'b'])
})
