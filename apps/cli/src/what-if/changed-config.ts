import type { Change } from '@woodpeckers/autoscaler-traces'
import { isMap, isSeq, parseDocument } from 'yaml'
import { poolKeys, stepsOf } from '../config/file-keys.ts'
import { written } from '../config/file-values.ts'

/** Where in a pool its machine types stand, and the place (`:fsn1`) that goes with a type. */
export interface TypesPlace {
  readonly path: readonly string[]
  readonly place: string
}

/**
 * The config file with the change in these pools; all else in it, comments too, stays as it is.
 * `typesPlaces`: of each pool where its machine types stand.
 */
export function changedConfig(
  text: string,
  change: Change,
  isMeant: (pool: string) => boolean,
  typesPlaces: ReadonlyMap<string, TypesPlace> = new Map(),
): string {
  const document = parseDocument(text)
  const pools = document.get('pools', true)
  const keys = [
    [poolKeys.minAgents, change.min, undefined],
    [poolKeys.buffer, change.buffer, 'buffer'],
    [poolKeys.agentIdleTimeout, change.idleTimeoutMs, 'duration'],
    [poolKeys.schedules, change.schedules, 'schedules'],
    [poolKeys.workflowsPerAgent, change.workflowsPerAgent, undefined],
  ] as const
  for (const pool of isSeq(pools) ? pools.items : []) {
    if (!isMap(pool) || !isMeant(String(pool.get('id')))) continue
    for (const [key, value, kind] of keys)
      if (value !== undefined) pool.setIn(stepsOf(key), document.createNode(written(value, kind)))
    const types = typesPlaces.get(String(pool.get('id')))
    if (change.machineType && types)
      pool.setIn(types.path, document.createNode([`${change.machineType.name}${types.place}`]))
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}
