import { runCli } from './cli.ts'
import { type Surroundings, systemSurroundings } from './surroundings.ts'

/** A reader that stands still must not keep an ended program alive for ever. */
const READ_WITHIN_MS = 10_000
/** Whoever reads these may leave early, as `head` does. */
const FOR_READERS: ReadonlySet<string> = new Set(['events', 'status'])

let isTold = false
let lost: string | undefined
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // A disk that is full, say: the work goes on, and its end tells.
    if (error.code !== 'EPIPE') {
      lost ??= error.message
      return
    }
    // `plan | head` closes the pipe early: no reason to die with a stack trace. A command that listens to signals
    // has something to end first (`provider test` its machine): it is told once, as by a signal.
    if (isTold) return
    isTold = true
    if (!process.emit('SIGTERM', 'SIGTERM')) process.exit(0)
    // Whoever supervises `run` must see that it did not end because it was asked to.
    if (!process.argv.some((word) => FOR_READERS.has(word))) lost ??= 'nobody reads it any more (EPIPE)'
  })

const surroundings = surroundingsOrEnd()
const code = await runCli(surroundings)
await Promise.all([allRead(process.stdout), allRead(process.stderr)])
if (lost !== undefined)
  process.stderr.write(`woodpecker-autoscaler: what it said could not be written: ${lost}\n`)
// process.exit, not process.exitCode: a provider's forgotten timer must not keep an ended program alive.
process.exit(lost === undefined ? code : code || 1)

function surroundingsOrEnd(): Surroundings {
  try {
    return systemSurroundings()
  } catch (error) {
    process.stderr.write(`woodpecker-autoscaler: ${(error as Error).message}\n`)
    return process.exit(1)
  }
}

/** What was written to a pipe is not there before it was read: 64 kB at a time. */
function allRead(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    surroundings.clock.startTimer(READ_WITHIN_MS, resolve)
    stream.write('', () => resolve())
  })
}
