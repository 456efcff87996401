import { chmod, lstat, mkdir, realpath } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Rejected } from '@woodpeckers/autoscaler-core'
import { type LocalUser, refuseUnreachable } from './local-user.ts'

/** Where a pool keeps what it must remember, each machine's own folder, and the logs. */
export interface PoolFolder {
  /** One JSON file a machine: its presence is what makes the machine exist. */
  readonly machines: string
  /** One folder a machine, gone with it. */
  readonly work: string
  readonly logs: string
}

/** Where another user can get to, as not to the home of root. */
export const SHARED_DIRECTORY = '/var/lib/woodpecker-autoscaler/local'

/** The folder of the user's state, by the XDG base directory rules; without a home, one of the user's in tmp. */
export function defaultDirectory(env: NodeJS.ProcessEnv): string {
  const state = env['XDG_STATE_HOME'] || (env['HOME'] && join(env['HOME'], '.local', 'state'))
  if (state) return join(state, 'woodpecker-autoscaler', 'local')
  return join(tmpdir(), `woodpecker-autoscaler-${process.getuid?.() ?? 'local'}`)
}

/**
 * Makes the pool's folder, for this user alone. Another one that machines run as may pass through it to its own
 * folders, and see no more of it.
 *
 * @throws Rejected where it cannot be made, or belongs to another user (who could then read secrets in logs)
 */
export async function openPoolFolder(
  directory: string,
  pool: string,
  user: LocalUser | undefined,
): Promise<PoolFolder> {
  const root = join(resolve(directory), pool)
  try {
    // Made first, as whatever is above it is made with the same mode.
    await mkdir(root, { recursive: true, mode: user ? 0o711 : 0o700 })
    for (const name of ['machines', 'work', 'logs']) {
      await mkdir(join(root, name), { recursive: true, mode: 0o700 })
    }
    const { uid } = await lstat(root)
    if (process.getuid && uid !== process.getuid()) throw new Error('it belongs to another user')
    // One spelling, whatever links lead there: it marks the machines' processes.
    const real = await realpath(root)
    if (user) {
      for (const name of ['machines', 'logs']) await chmod(join(real, name), 0o700)
      for (const each of [real, join(real, 'work')]) await chmod(each, 0o711)
      await refuseUnreachable(join(real, 'work'), user)
    }
    return { machines: join(real, 'machines'), work: join(real, 'work'), logs: join(real, 'logs') }
  } catch (cause) {
    if (cause instanceof Rejected) throw cause
    const why = cause instanceof Error ? cause.message : String(cause)
    const message = `cannot use the folder ${root} (${why}): set --local-directory (WOODPECKER_LOCAL_DIRECTORY)`
    throw new Rejected(message, { cause })
  }
}
