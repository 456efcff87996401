import { asOutsideError, type Log } from '@woodpeckers/autoscaler-core'
import type { Found } from './find-machines.ts'
import { type AwsSite, apiOf } from './site.ts'

/**
 * Which spot machines AWS is about to take back, by id, in its words: it says so two minutes before. What
 * cannot be read is not there: the list of machines itself is worth more than this.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-request-status.html
 */
export async function spotNotices(
  site: AwsSite,
  machines: readonly Found[],
  log: Log,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const spot = machines.filter(
    ({ instance }) => instance.InstanceLifecycle === 'spot' && instance.State?.Name === 'running',
  )
  const byRegion = Map.groupBy(spot, ({ region }) => region)
  const notices = new Map<string, string>()
  for (const [region, there] of byRegion) {
    try {
      const ids = there.map(({ id }) => id)
      for (const { InstanceId, Status } of await apiOf(site, region).interruptedSpotRequests(ids, signal)) {
        if (InstanceId) notices.set(InstanceId, Status?.Message ?? Status?.Code ?? 'interrupted')
      }
    } catch (thrown) {
      signal.throwIfAborted()
      const error = asOutsideError(thrown)
      log.warn({ kind: error.kind }, `spot interruptions are not seen: ${error.message}`)
    }
  }
  return notices
}
