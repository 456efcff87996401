import type { HoldCause } from '@woodpeckers/autoscaler-core'

/** `trouble`: something does not work; `attention`: somebody should look after it; `usual`: it is as it should be. */
export type HoldLevel = 'trouble' | 'attention' | 'usual'

const LEVELS: Readonly<Record<HoldCause, HoldLevel>> = {
  'agents-unknown': 'trouble',
  'queue-unknown': 'trouble',
  'machines-unknown': 'trouble',
  'evidence-unknown': 'trouble',
  'backing-off': 'trouble',
  'cloud-backing-off': 'trouble',
  'server-backing-off': 'trouble',
  'never-connect': 'trouble',
  'running-twice': 'trouble',
  'offering-refused': 'attention',
  'list-shrank': 'attention',
  'kept-silent': 'attention',
  'kept-failed': 'attention',
  'not-taken': 'attention',
  'labels-differ': 'attention',
  'standing-gone': 'attention',
  'stopping-hangs': 'attention',
  'price-unknown': 'attention',
  'failing-agent': 'attention',
  'same-name': 'attention',
  'cordoned-by-others': 'attention',
  'spend-cap': 'attention',
  'agent-unknown': 'attention',
  'offering-sold-out': 'usual',
  'machines-stale': 'usual',
  paused: 'usual',
  'pool-paused': 'usual',
  'pool-draining': 'usual',
  protected: 'usual',
  'at-max': 'usual',
  'fleet-at-max': 'usual',
  'hourly-cost': 'usual',
  batch: 'usual',
  'scale-up-delay': 'usual',
  'after-restart': 'usual',
  'may-work': 'usual',
  'drain-under-way': 'usual',
  'cordon-reverted': 'usual',
  'may-appear': 'usual',
  'paid-hour': 'usual',
  requeued: 'usual',
  'no-pool-matches': 'usual',
  'concurrency-group': 'usual',
  'queue-needs-agent': 'usual',
}

/** Every cause of a hold that there is. */
export const HOLD_CAUSES: readonly HoldCause[] = Object.keys(LEVELS) as HoldCause[]

export function holdLevel(cause: HoldCause): HoldLevel {
  return LEVELS[cause]
}

/** Whether somebody should look after it: the log warns of it. */
export function isAlarming(cause: HoldCause): boolean {
  return LEVELS[cause] !== 'usual'
}
