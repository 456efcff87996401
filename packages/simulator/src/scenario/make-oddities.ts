import type { Random } from '@woodpeckers/autoscaler-core'
import { streamOf } from '@woodpeckers/autoscaler-traces'
import { droppableVariables, type ImageSetup } from './image-setup.ts'
import type { Mishap, oddKinds } from './mishaps.ts'
import type { Arrival, Scenario } from './scenario.ts'

const MINUTE_MS = 60_000
/** What a pool may promise besides, and some jobs need. */
const PROMISED = { gpu: 'yes' } as const

type OddKind = (typeof oddKinds)[number]

/** Each kind, how often a world has it, and how long it may last. */
const kinds: readonly (readonly [OddKind, share: number, longestMinutes: number])[] = [
  ['admin-cordon', 0.16, 30],
  ['delete-busy', 0.4, 5],
  ['start-slowly', 0.25, 25],
  ['kill-at-launch', 0.3, 0],
  ['queue-fails', 0.25, 6],
  ['refuse-offering', 0.25, 30],
  ['refuse-offering-for-good', 0.15, 0],
]

/** Half of the worlds are left alone; the others get some of what set-ups do that nobody tests. */
export function withOddities(scenario: Scenario): Scenario {
  const { seed } = scenario
  if (streamOf(seed, 'oddities')() < 0.5) return scenario
  const mishaps = kinds.flatMap(([kind, share, longest]) =>
    makeMishaps(kind, share, longest, scenario, streamOf(seed, kind)),
  )
  const odd = {
    ...scenario,
    mishaps: [...scenario.mishaps, ...mishaps].toSorted((one, other) => one.atMs - other.atMs),
  }
  const random = streamOf(seed, 'image')
  return random() < 0.5 ? withImage(odd, random) : odd
}

function makeMishaps(
  kind: OddKind,
  share: number,
  longestMinutes: number,
  { stormMs }: Scenario,
  random: Random,
): readonly Mishap[] {
  if (random() >= share) return []
  return Array.from({ length: 1 + Math.floor(random() * 2) }, () => ({
    atMs: Math.floor(random() * stormMs),
    kind,
    pick: random(),
    forMs: Math.floor(random() * longestMinutes * MINUTE_MS),
  }))
}

/** Some pool's machines are not what was configured; some jobs need what the pool promises. */
function withImage(scenario: Scenario, random: Random): Scenario {
  const at = Math.floor(random() * scenario.pools.length)
  const image = makeImage(random)
  // Some, or one each minute.
  const isStream = random() < 0.3
  const needs = isStream ? Math.floor(scenario.stormMs / MINUTE_MS) : Math.floor(random() * 6)
  const mend = random()
  return {
    ...scenario,
    pools: scenario.pools.map((pool, index) =>
      index === at ? { ...pool, labels: { ...pool.labels, ...PROMISED }, image } : pool,
    ),
    arrivals: [
      ...scenario.arrivals,
      ...Array.from({ length: needs }, () => makeArrival(scenario, isStream ? 1 : 3, random)),
    ].toSorted((one, other) => one.atMs - other.atMs),
    ...(mend < 0.4
      ? { mended: { atMs: Math.floor(random() * scenario.stormMs), by: mend < 0.2 ? 'config' : 'image' } }
      : {}),
  }
}

function makeImage(random: Random): ImageSetup {
  const which = Math.floor(random() * 5)
  const onlyType = random() < 0.3 ? { onlyType: Math.floor(random() * 3) } : {}
  switch (which) {
    case 0:
      return { ownAgent: random() < 0.7 ? 'shared-secret' : 'organisation' }
    case 1:
      return { drops: droppableVariables.filter(() => random() < 0.4), ...onlyType }
    case 2:
      return { drops: ['WOODPECKER_AGENT_LABELS'], ...onlyType }
    case 3:
      return { labels: { gpu: 'no' }, ...onlyType }
    default:
      return { platform: 'linux/arm64', ...onlyType }
  }
}

function makeArrival({ stormMs }: Scenario, most: number, random: Random): Arrival {
  const labels = random() < 0.7 ? { gpu: 'yes' } : { platform: 'linux/amd64' }
  return {
    atMs: Math.floor(random() * stormMs),
    jobs: Array.from({ length: 1 + Math.floor(random() * most) }, () => ({
      durationMs: Math.floor((1 + random() * 120) * 1_000),
      labels,
    })),
  }
}
