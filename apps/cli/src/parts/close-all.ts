import { type Clock, Transient, withDeadline } from '@woodpeckers/autoscaler-core'

/** What never closes must not keep the program from ending. */
const DEADLINE_MS = 5_000

/** Frees what they hold; one that fails, or takes too long, is left. */
export async function closeAll(things: readonly { close?(): Promise<void> }[], clock: Clock): Promise<void> {
  const closing = () => Promise.allSettled(things.map(async (thing) => thing.close?.()))
  const late = () => new Transient('something did not close within 5s')
  await withDeadline(clock, DEADLINE_MS, undefined, late, closing).catch(() => {})
}
