import { findAgents, isThere } from './find-machines.ts'
import { type AwsSite, apiOf, UNLISTED_MS } from './site.ts'

/** Ends every machine of the name, one by one: with several in a request, a bad id fails it for all. */
export async function endMachine(site: AwsSite, name: string, signal: AbortSignal): Promise<void> {
  const found = (await findAgents(site, name, signal)).map(({ id, region, instance }) => ({
    id,
    region,
    there: isThere(instance),
  }))
  const launched = site.launched.get(name)
  if (launched && !found.some(({ id }) => id === launched.id)) {
    if (site.clock.monotonic() - launched.at < UNLISTED_MS) found.push({ ...launched, there: true })
  }
  for (const { id, region, there } of found) {
    if (there) await apiOf(site, region).terminateInstance(id, signal)
  }
  site.launched.delete(name)
}
