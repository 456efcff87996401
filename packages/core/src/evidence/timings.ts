// Waits that follow from how CI servers and agents behave, and are nobody's taste: not settings.

/** Agents send a heartbeat each 10 s; two may be missed. */
export const CONTACT_FRESH_MS: number = 30_000

/** Between two heartbeats of an agent. */
export const HEARTBEAT_MS: number = 10_000
/** A heartbeat that undoes a cordon has done so a second after it; the server's times are whole seconds. */
export const AFTER_HEARTBEAT_MS: number = 2_000
/** After the second cordon: a task that was handed out in that moment shows by now … */
export const FIRST_IDLE_LOOK_MS: number = 2_000
/** … and still nothing has shown by now. */
export const SECOND_IDLE_LOOK_MS: number = 7_000

/** With an idle timeout of so long or more, a drain begins before it, and ends at it. */
export const EARLY_DRAIN_FROM_MS: number = 40_000

/** What the safe scale-down takes, from the first cordon until the cloud is asked to end the machine. */
export const DRAIN_TAKES_MS: number = 45_000

/** A working agent stamps its work each minute: three stamps missing under fresh contact prove that it rests. */
export const PROOF_OF_REST_MS: number = 180_000

/** A machine that no list shows (any more) is remembered for so long: longer than lists are ever late. */
export const UNSEEN_MS: number = 10 * 60_000

/** An agent that is free, and leaves a task that it would take alone for so long, does not count for it. */
export const DEAF_AFTER_MS: number = 15_000
/** One agent or two may be deaf; where more leave a task alone, another machine would do the same. */
export const DEAF_AT_MOST: number = 2
/** An agent that has just become free, or was just uncordoned, asks again after about 5 s. */
export const ASKS_AGAIN_WITHIN_MS: number = 10_000

/** However fast a pool's boots were, a machine is given so long: our own look is only as fine as a tick. */
export const LEAST_STARTUP_ALLOWANCE_MS: number = 30_000

/** A list that has shrunk implausibly holds all removals for so long, then lets a tenth a tick go for as long again. */
export const LIST_SHRANK_HOLD_MS: number = 15 * 60_000

/** A machine that takes longer to stop hangs: AWS's own advice is to force it then. */
export const STOPPING_HANGS_AFTER_MS: number = 10 * 60_000

/** Silent agents are kept for the longest pipeline and so long. */
export const SILENT_EXTRA_MS: number = 10 * 60_000
