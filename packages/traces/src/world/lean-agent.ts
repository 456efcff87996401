import type { Agent, Labels } from '@woodpeckers/autoscaler-core'

// How Woodpecker's agents behave: a heartbeat each 10 s; a working one extends its lease each 20 s, at which
// the server stamps its work, once a minute at most.
const HEARTBEAT_MS = 10_000
const EXTEND_MS = 20_000
const STAMP_MS = 60_000
const VERSION = '3.17.0'

/** Stretches that lie so close together are drawn as one. */
const GAP_MS = 1_000

/** Times in a row: from, to. */
export type Stretch = readonly [fromAt: number, toAt: number]

export interface NewLeanAgent {
  readonly id: string
  readonly name: string
  /** Of its pool in the settings. */
  readonly poolAt: number
  readonly capacity: number
  /** What it will have the server match. */
  readonly offer: Labels
  readonly cordoned: boolean
}

/**
 * An agent with its record. Nothing happens for its heartbeats and stamps: what they would have left behind is
 * worked out when somebody looks.
 */
export class LeanAgent {
  readonly id: string
  readonly name: string
  readonly poolAt: number
  readonly capacity: number
  readonly createdAt: number
  /** Stretches in which it had a task or several; the last may last. */
  readonly busy: Stretch[] = []
  /** Stretches in which it was cordoned; the last may last. */
  readonly cordons: Stretch[] = []
  cordoned: boolean
  updatedAt: number
  firstRegisteredAt: number | undefined
  /** When it last came up; `undefined`: never. */
  registeredAt: number | undefined
  /** Its machine runs, and it with it. */
  isUp = false
  /** Slots that ask for work. */
  polling = 0
  /** When its slots were last sent away: they ask again each 5 s from then on. */
  kickedAt = 0
  /** Slot time in which it worked. */
  workedMs = 0
  readonly #offer: Labels
  /** When each of its tasks began. */
  readonly #running: number[] = []
  #lastContactAt: number | undefined
  #lastWorkAt: number | undefined
  /** The record as it was shown last, and until when it stays so if nobody does anything. */
  #shown: Agent | undefined
  #shownUntil = 0

  constructor({ id, name, poolAt, capacity, offer, cordoned }: NewLeanAgent, nowAt: number) {
    this.id = id
    this.name = name
    this.poolAt = poolAt
    this.capacity = capacity
    this.cordoned = cordoned
    this.createdAt = wholeSeconds(nowAt)
    this.updatedAt = this.createdAt
    this.#offer = offer
  }

  get running(): number {
    return this.#running.length
  }

  register(nowAt: number): void {
    this.#shownUntil = 0
    this.firstRegisteredAt ??= nowAt
    this.registeredAt = nowAt
    this.isUp = true
  }

  /** Its machine went: it is heard of no more. */
  vanish(nowAt: number): void {
    this.#shownUntil = 0
    this.#catchUp(nowAt)
    this.#endCordon(nowAt)
    this.isUp = false
    this.polling = 0
  }

  setCordon(cordoned: boolean, nowAt: number): void {
    this.#shownUntil = 0
    this.updatedAt = wholeSeconds(nowAt)
    if (cordoned && !this.cordoned) this.cordons.push([nowAt, Number.POSITIVE_INFINITY])
    if (!cordoned) this.#endCordon(nowAt)
    this.cordoned = cordoned
  }

  begin(nowAt: number): void {
    this.#shownUntil = 0
    this.#stampWork(nowAt)
    this.#running.push(nowAt)
    const last = this.busy.at(-1)
    if (this.#running.length > 1) return
    if (last && nowAt - last[1] <= GAP_MS)
      this.busy[this.busy.length - 1] = [last[0], Number.POSITIVE_INFINITY]
    else this.busy.push([nowAt, Number.POSITIVE_INFINITY])
  }

  /** The end of a task that it began then. */
  end(beganAt: number, nowAt: number): void {
    this.#shownUntil = 0
    this.#catchUp(nowAt)
    this.#stampWork(nowAt)
    this.#running.splice(this.#running.indexOf(beganAt), 1)
    this.workedMs += nowAt - beganAt
    if (this.#running.length === 0) this.busy[this.busy.length - 1] = [this.busy.at(-1)![0], nowAt]
  }

  /** Its record as the server shows it now: times are whole seconds there. */
  record(nowAt: number): Agent {
    if (this.#shown && nowAt < this.#shownUntil) return this.#shown
    this.#catchUp(nowAt)
    this.#shownUntil = this.#nextChangeAt(nowAt)
    const { id, name, createdAt, updatedAt, cordoned, capacity, registeredAt } = this
    const shown = this.#shown
    const isSame =
      shown?.lastContactAt === this.#lastContactAt &&
      shown?.lastWorkAt === this.#lastWorkAt &&
      shown?.updatedAt === updatedAt &&
      shown.cordoned === cordoned
    if (shown && isSame) return shown
    const hasRegistered = registeredAt !== undefined
    this.#shown = {
      id,
      name,
      createdAt,
      updatedAt,
      lastContactAt: this.#lastContactAt,
      lastWorkAt: this.#lastWorkAt,
      cordoned,
      capacity: hasRegistered ? capacity : 0,
      labels: hasRegistered ? this.#offer : undefined,
      version: VERSION,
      registeredItself: false,
    }
    return this.#shown
  }

  #endCordon(nowAt: number): void {
    const last = this.cordons.at(-1)
    if (last?.[1] === Number.POSITIVE_INFINITY) this.cordons[this.cordons.length - 1] = [last[0], nowAt]
  }

  #catchUp(nowAt: number): void {
    if (!this.isUp || this.registeredAt === undefined) return
    const sinceMs = nowAt - this.registeredAt
    this.#lastContactAt = wholeSeconds(nowAt - (sinceMs % HEARTBEAT_MS))
    while (this.#running.length > 0) {
      const dueAt = this.#nextExtension((this.#lastWorkAt ?? 0) + STAMP_MS)
      if (dueAt > nowAt) return
      this.#stampWork(dueAt)
    }
  }

  /** When it shows another contact or stamp by itself. */
  #nextChangeAt(nowAt: number): number {
    if (!this.isUp || this.registeredAt === undefined) return Number.POSITIVE_INFINITY
    const heartbeatAt = nowAt + HEARTBEAT_MS - ((nowAt - this.registeredAt) % HEARTBEAT_MS)
    if (this.#running.length === 0) return heartbeatAt
    return Math.min(heartbeatAt, this.#nextExtension((this.#lastWorkAt ?? 0) + STAMP_MS))
  }

  /** The first time from then on at which it extends the lease of one of its tasks. */
  #nextExtension(fromAt: number): number {
    let nextAt = Number.POSITIVE_INFINITY
    for (const beganAt of this.#running) {
      const times = Math.max(1, Math.ceil((fromAt - beganAt) / EXTEND_MS))
      nextAt = Math.min(nextAt, beganAt + times * EXTEND_MS)
    }
    return nextAt
  }

  #stampWork(at: number): void {
    const stampAt = wholeSeconds(at)
    if (this.#lastWorkAt === undefined || stampAt >= this.#lastWorkAt + STAMP_MS) this.#lastWorkAt = stampAt
  }
}

export function wholeSeconds(at: number): number {
  return Math.floor(at / 1_000) * 1_000
}
