import assert from 'node:assert/strict'
import { namePrefix } from '../model/names.ts'
import type { ProviderUnderTest } from './provider-under-test.ts'

/** Resolves to why it says nothing about this provider, where that is so. */
export type ProviderTest = (subject: ProviderUnderTest) => Promise<string | undefined>

const SOON_MS = 5_000
const CLOCKS_APART_MS = 5 * 60_000

/** What every provider must hold, by name. */
export const providerTests: Readonly<Record<string, ProviderTest>> = {
  'starts with no machine': async (subject) => {
    await subject.expectNames()
    return undefined
  },

  'lists a machine that it has deployed': async (subject) => {
    const name = await subject.deploy()
    await subject.expectNames(name)
    return undefined
  },

  'makes one machine of two deployments with one name': async (subject) => {
    const name = await subject.deploy()
    await subject.deploy(name)
    await subject.expectNames(name)
    await subject.remove(name)
    await subject.expectNames()
    return undefined
  },

  'deploys several at once': async (subject) => {
    const names = Array.from({ length: 5 }, () => subject.newName())
    await Promise.all(names.map((name) => subject.deploy(name)))
    await subject.expectNames(...names)
    return undefined
  },

  'makes one machine of two deployments under one name at once, where it says that creating is idempotent':
    async (subject) => {
      if (!subject.provider.createIsIdempotent) return 'it does not say so'
      const name = subject.newName()
      await Promise.all([subject.deploy(name).catch(() => {}), subject.deploy(name).catch(() => {})])
      await subject.deploy(name)
      await subject.expectNames(name)
      if (!subject.provider.listDeployedAgents) return undefined
      const machines = await listMachines(subject)
      assert.equal(machines[0]?.copies ?? 1, 1)
      return undefined
    },

  'ends the machine of the name, and no other': async (subject) => {
    // The first name is how the second begins.
    const short = await subject.deploy()
    const long = await subject.deploy(`${short}0`)
    await subject.expectNames(short, long)
    await subject.remove(short)
    await subject.expectNames(long)
    return undefined
  },

  'succeeds in ending a machine twice': async (subject) => {
    const name = await subject.deploy()
    await subject.remove(name)
    await subject.remove(name)
    await subject.expectNames()
    await subject.remove(name)
    return undefined
  },

  'succeeds in ending a machine that never was': async (subject) => {
    await subject.remove(subject.newName())
    return undefined
  },

  'deploys a name again whose machine has ended': async (subject) => {
    const name = await subject.deploy()
    await subject.remove(name)
    await subject.expectNames()
    await subject.deploy(name)
    await subject.expectNames(name)
    return undefined
  },

  'neither lists nor ends a machine of another pool': async (subject) => {
    const { plantForeign, pool } = subject.setup
    assert.ok(plantForeign, 'give `plantForeign`, or skip this test and say why')
    const foreign = [`pool-${pool.id}0-agent-aaaaaa`, `${namePrefix(pool.id)}b-agent-cccccc`, 'somebodys-own']
    const isThere = await Promise.all(foreign.map((name) => plantForeign(name)))
    const ours = await subject.deploy()
    await subject.expectNames(ours)
    for (const [i, name] of foreign.entries()) {
      // To refuse is as good as to do nothing.
      await subject.remove(name).catch(() => {})
      assert.ok(await isThere[i]?.(), `it ended ${name}`)
    }
    return undefined
  },

  'does nothing when the signal is aborted already': async (subject) => {
    const signal = AbortSignal.abort(new Error('enough'))
    const kept = await subject.deploy()
    await assert.rejects(subject.deploy(undefined, signal), 'deployAgent went on')
    await assert.rejects(subject.remove(kept, signal), 'removeAgent went on')
    await assert.rejects(subject.names(signal), 'listDeployedAgentNames went on')
    await subject.expectNames(kept)
    return undefined
  },

  'leaves nothing that it cannot end when a deployment is cut off': async (subject) => {
    const name = subject.newName()
    const controller = new AbortController()
    const deploying = subject.deploy(name, controller.signal).then(
      () => 'done',
      () => 'rejected',
    )
    controller.abort(new Error('enough'))
    const outcome = await Promise.race([deploying, subject.wait(SOON_MS).then(() => 'still going on')])
    assert.notEqual(outcome, 'still going on')
    if (outcome === 'done') await subject.expectNames(name)
    await subject.remove(name)
    await subject.expectNames()
    return undefined
  },

  'lists the same machines by name and with facts': async (subject) => {
    if (!subject.provider.listDeployedAgents) return 'it has no listDeployedAgents'
    const names = [await subject.deploy(), await subject.deploy()]
    await subject.expectNames(...names)
    const machines = await listMachines(subject)
    assert.deepEqual(machines.map(({ name }) => name).toSorted(), names.toSorted())
    return undefined
  },

  'says when a machine was made': async (subject) => {
    if (!subject.provider.listDeployedAgents) return 'it has no listDeployedAgents'
    const before = subject.clock.now()
    await subject.expectNames(await subject.deploy())
    const [machine] = await listMachines(subject)
    if (machine?.createdAt === undefined) return 'it does not tell ages'
    assert.ok(machine.createdAt >= before - CLOCKS_APART_MS, 'made before it was asked for')
    assert.ok(machine.createdAt <= subject.clock.now() + CLOCKS_APART_MS, 'made in the future')
    return undefined
  },

  'offers what it can deploy, at prices with a currency': async (subject) => {
    const offerings = await subject.provider.offerings?.({ signal: new AbortController().signal })
    if (!offerings) return 'it has no offerings'
    assert.ok(offerings.length > 0, 'it offers nothing')
    assert.equal(new Set(offerings.map(({ id }) => id)).size, offerings.length, 'two with one id')
    for (const { id, hourlyPrice } of offerings) {
      if (!hourlyPrice) continue
      assert.ok(hourlyPrice.amount >= 0 && Number.isFinite(hourlyPrice.amount), `the price of ${id}`)
      assert.match(hourlyPrice.currency, /^[A-Z]{3}$/)
    }
    return undefined
  },

  'checks the cloud without making anything': async (subject) => {
    if (!subject.provider.check) return 'it has no check'
    assert.notEqual(await subject.provider.check({ signal: new AbortController().signal }), '')
    await subject.expectNames()
    return undefined
  },

  'tells a cloud that fails from an empty one': async (subject) => {
    const { breakCloud } = subject.setup
    assert.ok(breakCloud, 'give `breakCloud`, or skip this test and say why')
    const name = await subject.deploy()
    await breakCloud()
    await assert.rejects(subject.names(), 'it lists machines that it cannot know')
    await assert.rejects(subject.remove(name), 'it takes a machine for ended that it cannot reach')
    await assert.rejects(subject.deploy(), 'it takes a machine for made that cannot be')
    return undefined
  },
}

async function listMachines(subject: ProviderUnderTest) {
  return (await subject.provider.listDeployedAgents?.({ signal: new AbortController().signal })) ?? []
}
