import type { Clock } from '@woodpeckers/autoscaler-core'

interface Timer {
  readonly dueAt: number
  readonly order: number
  /** `undefined`: called off. */
  ring: (() => void) | undefined
}

/** A clock that jumps from timer to timer: of those due at the same moment the one set first rings first. */
export class VirtualClock implements Clock {
  #now: number
  #order = 0
  /** A binary heap, the next one at the front. */
  readonly #heap: Timer[] = []

  constructor(startAt: number) {
    this.#now = startAt
  }

  now(): number {
    return this.#now
  }

  monotonic(): number {
    return this.#now
  }

  startTimer(delayMs: number, ring: () => void): () => void {
    const timer: Timer = { dueAt: this.#now + Math.max(delayMs, 0), order: this.#order++, ring }
    this.#push(timer)
    return () => {
      timer.ring = undefined
    }
  }

  /** Rings the next timer that is due by `untilAt`; `false`: there is none, and it is `untilAt` now. */
  step(untilAt: number): boolean {
    for (;;) {
      const next = this.#heap[0]
      if (!next || next.dueAt > untilAt) {
        this.#now = Math.max(this.#now, untilAt)
        return false
      }
      this.#pop()
      if (!next.ring) continue
      this.#now = Math.max(this.#now, next.dueAt)
      next.ring()
      return true
    }
  }

  #push(timer: Timer): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(timer)
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!isBefore(timer, heap[parent]!)) break
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = timer
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()!
    if (heap.length === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
      if (!isBefore(heap[child]!, last)) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = last
  }
}

function isBefore(one: Timer, other: Timer): boolean {
  return one.dueAt < other.dueAt || (one.dueAt === other.dueAt && one.order < other.order)
}
