import { existsSync, readFileSync } from 'node:fs'
import { Rounds } from './rounds.ts'
import type { SoakSite } from './soak-site.ts'

interface Sample {
  readonly pid: number
  readonly upS: number
  readonly rss: number
  readonly heapUsed: number
}

interface Trend {
  readonly what: 'rss' | 'heapUsed'
  /** The lower one of the medians of the first two thirds of the samples, in MiB: much work needs some, too. */
  readonly before: number
  /** The median of the last third. */
  readonly after: number
}

/** Until code is loaded and compiled, and caches are warm; also, an earlier signal would end the process. */
const WARM_AFTER_S = 30
const ASK_EVERY_MS = 5_000
const MIB = 2 ** 20
/** What a heap may grow by chance, and pages that a collected heap still holds. */
const MAY_GROW_MIB = { heapUsed: 2, rss: 12 }

/** Follows the memory of one autoscaler's process, each time after a collection. */
export class MemoryWatch {
  readonly #site: SoakSite

  constructor(site: SoakSite) {
    this.#site = site
  }

  start(): Rounds {
    let warm = false
    return new Rounds(async (pause) => {
      await pause(warm ? ASK_EVERY_MS : WARM_AFTER_S * 1000)
      warm = true
      this.#site.askForMemory()
    })
  }

  summary(): object {
    const samples = this.#samples()
    const series = (what: Trend['what']) => samples.map((sample) => inMib(sample[what])).join(' ')
    const [fromS, toS] = [samples[0]?.upS, samples.at(-1)?.upS]
    return { fromS, toS, trends: this.#trends(), rss: series('rss'), heapUsed: series('heapUsed') }
  }

  /** Where it has grown beyond what chance explains; all of it, too, where too little was seen. */
  growth(): readonly Trend[] {
    const tooFew = this.#samples().length < 12
    return this.#trends().filter(({ what, before, after }) => tooFew || after > before + MAY_GROW_MIB[what])
  }

  #trends(): readonly Trend[] {
    const samples = this.#samples()
    const third = Math.ceil(samples.length / 3)
    return (['rss', 'heapUsed'] as const).map((what) => {
      const values = samples.map((sample) => inMib(sample[what]))
      const before = Math.min(median(values.slice(0, third)), median(values.slice(third, -third)))
      return { what, before, after: median(values.slice(-third)) }
    })
  }

  #samples(): readonly Sample[] {
    const file = this.#site.memoryFile
    if (!existsSync(file)) return []
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
    return lines.map((line) => JSON.parse(line) as Sample)
  }
}

function inMib(bytes: number): number {
  return Math.round((bytes / MIB) * 10) / 10
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
