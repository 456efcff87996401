import type { StatusView } from '@woodpeckers/autoscaler-observer'

/** What a status says instead when much is in the way. */
export function trouble(status: StatusView, now: number): Partial<StatusView> {
  const lost = status.pools[0]!.machines[0]?.name ?? 'pool-linux-amd64-agent-1'
  const { pending = 0, running = 0, waiting = 0 } = status.queue ?? {}
  return {
    queue: { pending: pending + 1, running, waiting: waiting + 1 },
    verdict: {
      level: 'trouble',
      sentence: `${pending + 1} tasks wait and nothing comes yet: linux-amd64 has 6 of at most 6 machines.`,
    },
    tasks: [
      {
        id: '4711',
        title: 'acme/mobile#431 sign',
        state: 'pending',
        labels: { platform: 'darwin/arm64', xcode: '17' },
        sinceAt: now - 21 * 60_000,
        because: 'no-pool-matches',
        reason: 'No pool takes it: each offers another value of platform than darwin/arm64.',
      },
      {
        id: '4712',
        title: 'infra/images#77 build',
        state: 'waiting',
        labels: { platform: 'linux/amd64' },
        because: 'waiting',
        reason: 'It waits for another task of its pipeline, which runs.',
      },
      ...status.tasks.map((task) =>
        task.state === 'pending'
          ? { ...task, because: 'at-max' as const, reason: 'linux-amd64 has 6 of at most 6 machines.' }
          : task,
      ),
    ],
    holds: [
      {
        kind: 'hold',
        pool: 'linux-amd64',
        because: 'at-max',
        reason: 'linux-amd64 has 6 of at most 6 machines, and 9 more are wanted.',
        wanted: 9,
      },
      {
        kind: 'hold',
        pool: undefined,
        because: 'no-pool-matches',
        reason: 'acme/mobile#431 sign: no pool offers platform=darwin/arm64.',
        subject: '4711',
      },
      {
        kind: 'hold',
        pool: 'builders-large',
        because: 'cloud-backing-off',
        reason: 'Hetzner refused the last 4 calls: quota exceeded. It is asked again in 2 min.',
      },
      ...['a', 'b', 'c'].map((name) => ({
        kind: 'hold' as const,
        pool: 'linux-amd64',
        because: 'drain-under-way' as const,
        reason: 'It was cordoned, and is to be seen idle twice before it goes.',
        subject: `pool-linux-amd64-agent-${name}`,
      })),
    ],
    orders: { ...status.orders, paused: ['linux-arm64'], protected: [lost] },
    pools: status.pools.map((pool) => ({
      ...pool,
      isPaused: pool.id === 'linux-arm64',
      machines: pool.machines.map((machine, place) => ({
        ...machine,
        ...(machine.name === lost && { order: 'protect' as const }),
        ...(place === 1 &&
          pool.id === 'linux-amd64' && {
            state: 'silent' as const,
            tasks: [],
            hold: 'It may still work: its task was not given back.',
          }),
      })),
    })),
  }
}
