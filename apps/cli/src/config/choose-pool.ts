import type { Config, PoolConfig } from './config.ts'

export type ChosenPool =
  | { readonly ok: true; readonly pool: PoolConfig }
  | { readonly ok: false; readonly problem: string }

/** The pool that `--pool` names, for commands that are about one; there is no need to name the only one. */
export function choosePool({ pools }: Config, id: unknown): ChosenPool {
  const [first] = pools
  if (id === undefined && pools.length === 1 && first) return { ok: true, pool: first }
  const pool = pools.find(({ poolId }) => poolId === id)
  if (pool) return { ok: true, pool }
  const ids = pools.map(({ poolId }) => poolId).join(', ')
  const problem =
    id === undefined ? `say which pool, with --pool: ${ids}` : `--pool is "${id}": there are ${ids}`
  return { ok: false, problem }
}
