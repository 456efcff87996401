import type { Change } from '@woodpeckers/autoscaler-traces'
import { type Document, isAlias, isMap, isSeq, parseDocument, visit, type YAMLMap } from 'yaml'
import { poolKeys, stepsOf } from '../config/file-keys.ts'
import { written } from '../config/file-values.ts'

/** Where in a pool its machine types stand, and the place (`:fsn1`) that goes with a type. */
export interface TypesPlace {
  readonly path: readonly string[]
  readonly place: string
}

/**
 * The config file with each pool's change; all else in it, comments too, stays as it is.
 * `typesPlaces`: of each pool where its machine types stand.
 */
export function changedConfig(
  text: string,
  changeOf: (pool: string) => Change | undefined,
  typesPlaces: ReadonlyMap<string, TypesPlace> = new Map(),
): string {
  const document = parseDocument(text)
  const pools = document.get('pools', true)
  for (const pool of isSeq(pools) ? pools.items : []) {
    if (!isMap(pool)) continue
    const id = String(pool.get('id'))
    const change = changeOf(id)
    if (!change) continue
    const put = (path: readonly string[], value: unknown): void => {
      ownOn(document, pool, path)
      pool.setIn(path, document.createNode(value))
    }
    const keys = [
      [poolKeys.minAgents, change.min, undefined],
      [poolKeys.buffer, change.buffer, 'buffer'],
      [poolKeys.agentIdleTimeout, change.idleTimeoutMs, 'duration'],
      [poolKeys.schedules, change.schedules, 'schedules'],
      [poolKeys.workflowsPerAgent, change.workflowsPerAgent, undefined],
    ] as const
    for (const [key, value, kind] of keys) if (value !== undefined) put(stepsOf(key), written(value, kind))
    const types = typesPlaces.get(id)
    if (change.machineType && types) put(types.path, [`${change.machineType.name}${types.place}`])
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}

/** What a section shares with others, by an anchor and its aliases, each of them gets for itself: the change is for one. */
function ownOn(document: Document, pool: YAMLMap, path: readonly string[]): void {
  let section: unknown = pool
  for (const key of path.slice(0, -1)) {
    if (!isMap(section)) return
    const node: unknown = section.get(key, true)
    const { anchor } = (isAlias(node) ? node.resolve(document) : node) as { readonly anchor?: string }
    if (anchor !== undefined) unshare(document, anchor)
    section = section.get(key, true)
  }
}

function unshare(document: Document, anchor: string): void {
  visit(document, {
    Alias: (_, alias) => {
      const shared = alias.source === anchor ? alias.resolve(document) : undefined
      if (!shared) return undefined
      const own = shared.clone() as typeof shared
      delete own.anchor
      return own
    },
  })
}
