import { expect, it } from 'vitest'
import { namePrefix } from '../model/names.ts'
import type { Provider } from '../ports/provider.ts'
import { FakeCloud } from './fake-cloud.ts'
import { createFakeProvider } from './fake-provider.ts'
import { ManualClock } from './manual-clock.ts'
import { providerTests } from './provider-tests.ts'
import { ProviderUnderTest } from './provider-under-test.ts'

const { signal } = new AbortController()

/** Providers that are wrong in one way each, and the test that must notice. */
const wrongProviders: readonly [
  fault: string,
  test: string,
  spoil: (good: Provider, cloud: FakeCloud) => Partial<Provider>,
][] = [
  [
    'shares an account with other machines and lists all',
    'starts with no machine',
    (_, cloud) => {
      cloud.plant({ name: 'somebodys-own' })
      return { listDeployedAgentNames: async () => (await cloud.list(signal)).map(({ name }) => name) }
    },
  ],
  ['never makes anything', 'lists a machine that it has deployed', () => ({ deployAgent: async () => {} })],
  [
    'makes a second machine of the same name',
    'makes one machine of two deployments with one name',
    (_, cloud) => ({ deployAgent: async ({ name }) => cloud.plant({ name }) }),
  ],
  [
    'forgets all but the last of several at once',
    'deploys several at once',
    (_, cloud) => ({
      deployAgent: async ({ name }) => {
        for (const machine of cloud.machines) cloud.vanish(machine.name)
        cloud.plant({ name })
      },
    }),
  ],
  [
    'looks a name up before it creates, and says that creating is idempotent',
    'makes one machine of two deployments under one name at once, where it says that creating is idempotent',
    (_, cloud) => ({
      deployAgent: async ({ name }) => {
        const there = await cloud.list(signal)
        if (!there.some((machine) => machine.name === name)) cloud.plant({ name })
      },
    }),
  ],
  [
    'ends by prefix',
    'ends the machine of the name, and no other',
    (_, cloud) => ({
      removeAgent: async (name) => {
        for (const machine of cloud.machines) if (machine.name.startsWith(name)) cloud.vanish(machine.name)
      },
    }),
  ],
  [
    'fails when it is gone already',
    'succeeds in ending a machine twice',
    (good, cloud) => ({
      removeAgent: async (name, call) => {
        if (!cloud.machine(name)) throw new Error('404')
        await good.removeAgent(name, call)
      },
    }),
  ],
  [
    'fails when it never was',
    'succeeds in ending a machine that never was',
    (_, cloud) => ({
      removeAgent: async (name) => {
        if (!cloud.machine(name)) throw new Error('404')
      },
    }),
  ],
  [
    'takes a name as used for ever',
    'deploys a name again whose machine has ended',
    (good, cloud) => ({
      deployAgent: async (agent, call) => {
        if (!cloud.history.some(({ name }) => name === agent.name)) await good.deployAgent(agent, call)
      },
    }),
  ],
  [
    'lists by an open prefix',
    'neither lists nor ends a machine of another pool',
    (_, cloud) => ({
      listDeployedAgentNames: async () =>
        cloud.machines.map(({ name }) => name).filter((name) => name.startsWith(namePrefix('1'))),
    }),
  ],
  [
    'ends whatever it is told to',
    'neither lists nor ends a machine of another pool',
    (_, cloud) => ({ removeAgent: async (name) => cloud.vanish(name) }),
  ],
  [
    'ignores the signal',
    'does nothing when the signal is aborted already',
    (_, cloud) => ({ deployAgent: ({ name }) => cloud.create({ name }, signal) }),
  ],
  [
    'cannot end what was cut off',
    'leaves nothing that it cannot end when a deployment is cut off',
    (_, cloud) => ({
      deployAgent: async ({ name }, call) => {
        cloud.plant({ name })
        await Promise.resolve()
        call.signal.throwIfAborted()
      },
      removeAgent: async () => {},
    }),
  ],
  [
    'hangs where its signal was aborted',
    'leaves nothing that it cannot end when a deployment is cut off',
    () => ({ deployAgent: () => new Promise<never>(() => {}) }),
  ],
  [
    'shows facts of the first machine only',
    'lists the same machines by name and with facts',
    (good) => ({ listDeployedAgents: async (call) => (await good.listDeployedAgents!(call)).slice(0, 1) }),
  ],
  [
    'tells ages in seconds',
    'says when a machine was made',
    (good) => ({
      listDeployedAgents: async (call) =>
        (await good.listDeployedAgents!(call)).map((each) => ({
          ...each,
          createdAt: each.createdAt! / 1000,
        })),
    }),
  ],
  [
    'names a currency by its sign',
    'offers what it can deploy, at prices with a currency',
    () => ({ offerings: async () => [{ id: 'small', hourlyPrice: { amount: 1, currency: '€' } }] }),
  ],
  [
    'makes a machine to check the cloud',
    'checks the cloud without making anything',
    (_, cloud) => ({
      check: async () => {
        cloud.plant({ name: 'pool-1-agent-checks' })
        return 'fine'
      },
    }),
  ],
  [
    'takes a failure for an empty cloud',
    'tells a cloud that fails from an empty one',
    (good) => ({ listDeployedAgentNames: (call) => good.listDeployedAgentNames(call).catch(() => []) }),
  ],
]

it.each(wrongProviders)('a provider that %s fails “%s”', async (_, test, spoil) => {
  const clock = new ManualClock()
  const cloud = new FakeCloud({ clock })
  const good = createFakeProvider(cloud, { pool: '1' })
  const subject = new ProviderUnderTest({
    provider: { ...good, ...spoil(good, cloud) },
    pool: { id: '1' },
    clock,
    eventually: { withinMs: 1_000, everyMs: 500, wait: (ms) => clock.advance(ms) },
    plantForeign: async (name) => {
      cloud.plant({ name })
      return () => cloud.machine(name) !== undefined
    },
    breakCloud: () => cloud.goDown(),
  })
  await expect(providerTests[test]!(subject)).rejects.toThrow()
})

it('has a wrong provider for each test of the kit', () => {
  expect(new Set(wrongProviders.map(([, test]) => test))).toEqual(new Set(Object.keys(providerTests)))
})
