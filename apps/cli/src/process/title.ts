import type { LoadedSettings } from '../settings/load-settings.ts'

/**
 * Says in the list of processes what this one does. On Linux Node writes a title over the arguments, so
 * that nobody reads a secret there: the bin does so before anything else, and this adds what is harmless.
 */
export function showTitle({ cli, definition }: LoadedSettings): void {
  process.title = `woodpecker-autoscaler --provider=${definition.name} --pool-id=${cli.poolId}`
}
