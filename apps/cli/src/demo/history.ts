import type { MemberState, TickReport } from '@woodpeckers/autoscaler-core'

/** A row of the picture: a machine, and what it did when. */
export interface MachineTrack {
  readonly name: string
  readonly from: number
  /** State by column, from its first one on; `undefined` after its end. */
  readonly states: (MemberState | undefined)[]
}

/** What the demo's picture is drawn from: a column for each slice of time, filled by the ticks' reports. */
export class History {
  readonly tracks: MachineTrack[] = []
  readonly waiting: number[] = []
  #startedAt: number | undefined
  readonly #columnMs: number

  constructor(columnMs: number) {
    this.#columnMs = columnMs
  }

  get columns(): number {
    return this.waiting.length
  }

  add({ snapshot, plan }: TickReport): void {
    this.#startedAt ??= snapshot.takenAt
    const column = Math.floor((snapshot.takenAt - this.#startedAt) / this.#columnMs)
    // Slices in which no tick fell look like the one before.
    while (this.waiting.length <= column) this.#addColumn()
    this.waiting[column] = Math.max(this.waiting[column] ?? 0, plan.queue?.pending ?? 0)
    const members = plan.pools.flatMap((pool) => pool.members)
    for (const { name, state } of members) {
      const track = this.tracks.find((each) => each.name === name) ?? this.#addTrack(name, column)
      track.states[column - track.from] = state
    }
    const names = new Set(members.map(({ name }) => name))
    for (const track of this.tracks) if (!names.has(track.name)) track.states[column - track.from] = undefined
  }

  #addTrack(name: string, from: number): MachineTrack {
    const track: MachineTrack = { name, from, states: [] }
    this.tracks.push(track)
    return track
  }

  #addColumn(): void {
    const column = this.waiting.length
    this.waiting.push(0)
    for (const track of this.tracks) track.states[column - track.from] = track.states[column - track.from - 1]
  }
}
