import { resolve } from 'node:path'
import type { Log } from '@woodpeckers/autoscaler-core'
import type { Observer } from '@woodpeckers/autoscaler-observer'
import { healthFile } from '../process/health-file.ts'
import type { ReadState } from '../process/read-state.ts'
import { StateFile } from '../process/state-file.ts'
import type { KeptState } from '../process/state-sections.ts'
import type { ProcessSettings } from '../settings/cli-schema.ts'
import type { Surroundings } from '../surroundings.ts'

type Around = Pick<Surroundings, 'cwd' | 'clock'>

/** To be called after each tick. */
export function toucher({ healthFile: path }: ProcessSettings, { cwd, clock }: Around, log: Log): () => void {
  return path ? healthFile(resolve(cwd, path), clock, log) : () => {}
}

/** `read`: what was read from it at the start. `onForeign` gets what another process has changed in it. */
export function openState(
  { stateFile, maxSpendPerDay, maxSpendPerMonth }: ProcessSettings,
  read: ReadState | undefined,
  { cwd, clock }: Around,
  log: Log,
  onForeign: (changed: KeptState) => void,
): StateFile | undefined {
  if (stateFile !== undefined && read)
    return new StateFile({ path: resolve(cwd, stateFile), clock, log, read, onForeign })
  if (maxSpendPerDay || maxSpendPerMonth)
    log.warn(
      {},
      'what is spent is counted from now on: without stateFile (--state-file) a restart forgets it',
    )
  return undefined
}

/** Writes events into the file, where there is one, as they come. */
export async function keepEvents(
  { eventsFile }: ProcessSettings,
  observer: Observer,
  { cwd, clock }: Around,
  log: Log,
): Promise<{ close(): Promise<void> } | undefined> {
  if (eventsFile === undefined) return undefined
  const { EventsFile } = await import('../process/events-file.ts')
  const file = new EventsFile(resolve(cwd, eventsFile), clock, log)
  let last = 0
  const write = () => {
    for (;;) {
      const events = observer.events(last, Number.POSITIVE_INFINITY)
      if (events.length === 0) return
      last = events.at(-1)!.seq
      file.add(events)
    }
  }
  const unsubscribe = observer.subscribe(write)
  return {
    close: () => {
      unsubscribe()
      write()
      return file.close()
    },
  }
}
