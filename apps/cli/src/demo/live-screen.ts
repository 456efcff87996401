import { type Clock, sleep } from '@woodpeckers/autoscaler-core'
import type { Output } from '../surroundings.ts'
import { moveCursor, safeText } from '../terminal/clean-output.ts'

const FRAME_MS = 100
const HIDE_CURSOR = '\x1b[?25l'
const SHOW_CURSOR = '\x1b[?25h'
const CLEAR_REST_OF_LINE = '\x1b[K'
const CLEAR_BELOW = '\x1b[J'

/** Draws over its own lines until the signal comes, and once more then. */
export async function showLive(
  stdout: Output,
  clock: Clock,
  draw: () => readonly string[],
  signal: AbortSignal,
): Promise<void> {
  let lines = 0
  const frame = () => {
    const picture = draw()
    const toTop = lines > 0 ? `\x1b[${lines}A\r` : ''
    // Never all at once: terminals keep what is cleared from the top of the screen in their history.
    const cleared = picture.map((line) => `${safeText(line)}${CLEAR_REST_OF_LINE}\n`).join('')
    moveCursor(stdout, `${toTop}${cleared}${CLEAR_BELOW}`)
    lines = picture.length
  }
  moveCursor(stdout, HIDE_CURSOR)
  try {
    while (!signal.aborted) {
      frame()
      await sleep(clock, FRAME_MS, signal).catch(() => {})
    }
    frame()
  } finally {
    moveCursor(stdout, SHOW_CURSOR)
  }
}
