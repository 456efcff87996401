/** What happens to the parts of the world, once each time. */
export const mishapKinds = [
  'kill-autoscaler',
  'kill-autoscaler-at-call',
  'restart-autoscaler',
  'second-autoscaler',
  'lower-max',
  'new-image',
  'set-autoscaler-clock',
  'server-restart',
  'server-away',
  'pause-queue',
  'restore-database',
  'revert-cordon',
  'poller-stays',
  'lose-events',
  'double-events',
  'cancel-all',
  'fail-boots',
  'slow-boots',
  'deaf-boots',
  'wrong-version',
  'freeze-agent',
  'crash-agent',
  'agent-twice',
  'cut-agent-off',
  'vanish-machine',
  'power-off-machine',
  'hide-machine',
  'stuck-delete',
  'sell-out',
  'quota',
] as const

/** Drawn apart from the others, and for some worlds only: what set-ups do that nobody tests. */
export const oddKinds = [
  /** An admin cordons one of our agents, and lifts that later. */
  'admin-cordon',
  /** A machine whose agent works is deleted by somebody else; lists may show it a while longer. */
  'delete-busy',
  /** The next machines stay in `starting` for so long. */
  'start-slowly',
  /** A second autoscaler for the same pools, with another template, label or age. */
  'other-settings',
  /** The autoscaler dies at its next order of a machine: before it is sent, or before its answer is heard. */
  'kill-at-launch',
  /** The queue alone cannot be read. */
  'queue-fails',
  /** One machine type is refused: no other one. */
  'refuse-offering',
  /** The same, also after the storm. */
  'refuse-offering-for-good',
] as const

/** Only where some pool looks for it: an agent that fails whatever it is given, as its disk is full. */
export const spoilKind = 'spoil-agent'

export type MishapKind = (typeof mishapKinds)[number] | (typeof oddKinds)[number] | typeof spoilKind

export interface Mishap {
  readonly atMs: number
  readonly kind: MishapKind
  /** 0 to 1: which of those that it can happen to. */
  readonly pick: number
  /** For how long, where it ends by itself. */
  readonly forMs: number
}
