import { scoreLabels } from '@woodpeckers/autoscaler-emulators'
import type { PoolSetup } from '../scenario/scenario.ts'
import type { Policies } from './policies.ts'

type Labels = Readonly<Record<string, string>>

/** `perhaps`: only machines of some types do, and which ones are bought is not for us to say. */
export type Served = 'always' | 'perhaps' | 'never'

/** What agents of the pools can really run, whatever was configured. */
export class Serving {
  readonly #policies: Policies

  constructor(policies: Policies) {
    this.#policies = policies
  }

  by(pool: PoolSetup, task: Labels): Served {
    const image = this.#policies.imagesAreMended ? undefined : pool.image
    const { labels = pool.labels, platform, drops = [], onlyType } = image ?? {}
    const promised = { ...pool.labels, ...labels }
    const really = drops.includes('WOODPECKER_AGENT_LABELS') ? (image?.labels ?? {}) : promised
    if (scores(task, really, platform)) return 'always'
    if (onlyType === undefined) return 'never'
    return scores(task, pool.labels, undefined) ? 'perhaps' : 'never'
  }

  byAny(task: Labels): Served {
    const all = this.#policies.pools.map((pool) => this.by(pool, task))
    return all.find((served) => served === 'always') ?? all.find((served) => served === 'perhaps') ?? 'never'
  }
}

function scores(task: Labels, labels: Labels, platform = 'linux/amd64'): boolean {
  const offered = { repo: '*', backend: 'docker', platform, 'org-id': '*', ...labels }
  return scoreLabels(task, offered) > 0
}
