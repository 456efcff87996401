import { runCli } from './cli.ts'
import { systemSurroundings } from './surroundings.ts'

// `plan | head` closes the pipe early: no reason to die with a stack trace. A command that listens to signals
// has something to end first (`provider test` its machine): it is told once, as by a signal.
let isTold = false
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  if (isTold) return
  isTold = true
  if (!process.emit('SIGTERM', 'SIGTERM')) process.exit(0)
})

// process.exit, not process.exitCode: a provider's forgotten timer must not keep an ended program alive.
process.exit(await runCli(systemSurroundings()))
