import { runCli } from './cli.ts'
import { systemSurroundings } from './surroundings.ts'

// `plan | head` closes the pipe early: no reason to die with a stack trace.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

// process.exit, not process.exitCode: a provider's forgotten timer must not keep an ended program alive.
process.exit(await runCli(systemSurroundings()))
