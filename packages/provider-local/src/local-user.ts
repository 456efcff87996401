import { execFile } from 'node:child_process'
import { chown, lstat, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { Rejected } from '@woodpeckers/autoscaler-core'

/** The user that machines run as. */
export interface LocalUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly home: string
  readonly shell: string
}

const SETTING = '--local-user (WOODPECKER_LOCAL_USER)'
const run = promisify(execFile)

/** Why it matters that no user is set; for the log and for `doctor`. */
export const NO_USER_WARNING: string =
  'jobs run as the user of the autoscaler and can read its environment, tokens included: ' +
  `run the autoscaler as root and set ${SETTING} to a user of their own`

/**
 * Looks the user up in the system's database.
 *
 * @param self the uid of this process
 * @throws Rejected where there is none, where it would protect nothing, or where only root could do it
 */
export async function findLocalUser(
  name: string,
  self: number | undefined = process.getuid?.(),
): Promise<LocalUser> {
  const wrong = (why: string) => new Rejected(`${SETTING} is "${name}": ${why}`)
  const line = await passwdLineOf(name)
  if (line === undefined) throw wrong('there is no such user on this computer')
  const fields = line.split(':')
  // `id -P` of macOS and the BSDs has three more fields in the middle.
  const [home = '/', shell = '/bin/sh'] = fields.slice(-2)
  const [user = name, , uid, gid] = fields
  const found = {
    name: user,
    uid: Number(uid),
    gid: Number(gid),
    home: home || '/',
    shell: shell || '/bin/sh',
  }
  if (!Number.isInteger(found.uid) || !Number.isInteger(found.gid)) throw wrong('its entry cannot be read')
  if (found.uid === 0) throw wrong('jobs must not run as root; name an ordinary user')
  if (found.uid === self) throw wrong('that is the user of the autoscaler itself; name another one')
  if (self !== 0) {
    throw wrong(`only root can start processes as another user, and the autoscaler runs as uid ${self}`)
  }
  return found
}

async function passwdLineOf(name: string): Promise<string | undefined> {
  // A number would be taken for an id, and an option for an option.
  if (!/^[A-Za-z_][A-Za-z0-9_.@-]*\$?$/.test(name)) return undefined
  const [file, ...args] = process.platform === 'linux' ? ['getent', 'passwd', name] : ['id', '-P', name]
  try {
    const { stdout } = await run(file!, args, { timeout: 10_000 })
    return stdout.split('\n')[0] || undefined
  } catch (error) {
    const { code } = error as { code?: unknown }
    // Both end with a number for a name that they do not know.
    if (typeof code === 'number') return undefined
    const why = error instanceof Error ? error.message : String(error)
    throw new Rejected(`${SETTING} is "${name}": it cannot be looked up (${why})`, { cause: error })
  }
}

/**
 * Whether the user can reach a folder: each folder above it must let the user through.
 *
 * @throws Rejected with the first one that does not
 */
export async function refuseUnreachable(folder: string, { name, uid, gid }: LocalUser): Promise<void> {
  for (let each = folder; ; each = dirname(each)) {
    const { mode, uid: owner, gid: group } = await stat(each)
    const bit = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001
    if ((mode & bit) === 0) {
      throw new Rejected(
        `user ${name} of ${SETTING} cannot enter ${each}: set --local-directory (WOODPECKER_LOCAL_DIRECTORY) to a folder that every user can enter`,
      )
    }
    if (each === dirname(each)) return
  }
}

/**
 * Deletes what a machine's user has left, with the rights of that user, and locks the folder for what remains: jobs of
 * the same user that still run could put a link to any place in the way of root.
 */
export async function emptyAsItsOwner(folder: string): Promise<void> {
  if (process.getuid?.() !== 0) return
  const owner = await lstat(folder).catch(() => undefined)
  if (!owner || owner.uid === 0) return
  const { uid, gid } = owner
  await run('find', ['.', '-mindepth', '1', '-delete'], { cwd: folder, uid, gid }).catch(() => undefined)
  await chown(folder, 0, 0)
}
