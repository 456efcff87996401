import type { Config, PoolConfig } from '../config/config.ts'

/**
 * Says in the list of processes what this one does. On Linux Node writes a title over the arguments, so
 * that nobody reads a secret there: the bin does so before anything else, and this adds what is harmless.
 */
export function showTitle({ file, pools }: Pick<Config, 'file' | 'pools'>): void {
  const [{ definition, poolId }] = pools as [PoolConfig, ...PoolConfig[]]
  process.title = file
    ? `woodpecker-autoscaler --config=${file.path}`
    : `woodpecker-autoscaler --provider=${definition.name} --pool-id=${poolId}`
}
