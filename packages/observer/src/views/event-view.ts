import type { PoolId } from '@woodpeckers/autoscaler-core'

/** Something that was decided, that came of it, or that somebody asked for: one line of `events`. */
export interface EventView {
  /** Rises by one; it begins anew with each process. */
  readonly seq: number
  readonly at: number
  readonly tick: number
  /** A step to take; what came of one; a step not taken; one that is taken again; an order of people; the program itself. */
  readonly kind: 'decision' | 'outcome' | 'hold' | 'released' | 'order' | 'process'
  readonly pool?: PoolId
  /** The machine's and agent's name, or the task's id. */
  readonly subject?: string
  /** Of a decision or an outcome: `launch`, `cordon` … */
  readonly action?: string
  /** One of few words. */
  readonly because?: string
  /** Of an outcome. */
  readonly result?: 'done' | 'refused' | 'failed'
  readonly tookMs?: number
  /** Of a launch: the machine type that it got, and those that the cloud refused. */
  readonly offering?: string
  readonly refused?: readonly { readonly offering: string; readonly why: string }[]
  /** Of an outcome that failed: the kind of its error. */
  readonly error?: string
  /** So many holds of one cause in one event; `subjects` has the first of them. Without it: one. */
  readonly times?: number
  readonly subjects?: readonly string[]
  /** Somebody should look after it. */
  readonly isAlarming?: true
  /** The whole of it in one sentence, for people. */
  readonly text: string
}
