import type { Chance } from './chance.ts'
import type { FaultyProxy } from './faulty-proxy.ts'
import { Rounds } from './rounds.ts'

/** What happens to the bytes that pass a proxy. */
export type Weather =
  | { readonly kind: 'fair' }
  /** Each way takes so long. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** Answers come a few bytes at a time. */
  | { readonly kind: 'trickling'; readonly pieceBytes: number; readonly everyMs: number }
  /** Connections break in the middle of an answer. */
  | { readonly kind: 'cutting-answers' }

export const fair: Weather = { kind: 'fair' }

const KINDS = ['slow', 'trickling', 'cutting-answers', 'cut', 'refusing'] as const

/** Changes a proxy's weather every few seconds, each kind in its turn, until it is stopped: then it is fair. */
export function startWeather(proxy: FaultyProxy, chance: Chance): Rounds {
  let next: (typeof KINDS)[number][] = []
  return new Rounds(async (pause) => {
    if (next.length === 0) next = chance.shuffled(KINDS)
    const kind = next.pop()!
    const lastsMs = chance.between(1_000, 5_000)
    const fairMs = chance.between(500, 3_000)
    switch (kind) {
      case 'slow':
        proxy.weather = { kind, delayMs: chance.between(100, 3_000) }
        break
      case 'trickling':
        proxy.weather = { kind, pieceBytes: chance.whole(16, 512), everyMs: chance.between(5, 50) }
        break
      case 'cutting-answers':
        proxy.weather = { kind }
        break
      case 'cut':
        proxy.cut()
        break
      case 'refusing':
        proxy.refuse()
        break
      default:
        kind satisfies never
    }
    if (kind !== 'cut') await pause(lastsMs)
    proxy.weather = fair
    await proxy.admit()
    await pause(fairMs)
  })
}
