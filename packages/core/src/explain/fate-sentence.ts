import type { Fate, HeldFate } from '../model/fate.ts'
import { formatDuration } from '../settings/duration.ts'

/** The same in one of few words: what is counted on, or the cause of the hold. */
export function fateCause(fate: Fate): HeldFate['because'] | Exclude<Fate['kind'], 'held'> {
  return fate.kind === 'held' ? fate.because : fate.kind
}

/** What comes for a task that waits, or why nothing does: the part that follows its title, ending with a full stop. */
export function fateSentence(fate: Fate, now: number): string {
  switch (fate.kind) {
    case 'free-slot':
      return 'A free agent can take it: it starts in a moment.'
    case 'booting':
      return 'A machine that boots has room for it.'
    case 'called-back':
      return `The agent ${fate.name} is called back for it.`
    case 'launched':
      return `A machine of the pool ${fate.pool} is being made for it.`
    case 'shares':
      return 'A machine that is being made, or an agent that is called back, has room for it too.'
    case 'depends':
      return `It waits for ${fate.on.length === 1 ? 'another task' : `${fate.on.length} other tasks`} of its pipeline.`
    case 'held': {
      const whose = fate.pool === undefined ? '' : ` (pool ${fate.pool})`
      return `Nothing comes for it yet${whose}: ${withNextTry(fate, now)}`
    }
    default:
      return fate satisfies never
  }
}

/** A reason may end with a question. */
function withNextTry({ reason, untilAt }: HeldFate, now: number): string {
  const next = untilAt === undefined || untilAt <= now ? '' : `next try in ${formatDuration(untilAt - now)}`
  if (!reason.endsWith('?')) return next === '' ? `${reason}.` : `${reason}; ${next}.`
  return next === '' ? reason : `${reason} (${next})`
}
