import { realpathSync } from 'node:fs'
import { dirname, resolve, sep } from 'node:path'
import { listenProblem } from '../http/listen-address.ts'
import { programOfVariable } from '../names/woodpeckers-own.ts'
import { builtInProviders } from '../providers/built-in.ts'

type Env = Readonly<Record<string, string | undefined>>

/** What is said elsewhere: by the user, and not by a file that lies in a folder. */
export interface Trusted {
  readonly env: Env
  /** Flags on the command line, with their dashes. */
  readonly flags: ReadonlySet<string>
  readonly cwd: string
}

/** They choose what runs on this computer, or who may ask for what: nothing that a folder may decide. */
const NEVER =
  /^(?:WOODPECKER_AUTOSCALER_CONFIG|WOODPECKER_LOCAL_(?:COMMAND|DIRECTORY|PASS_ENV|USER)|WOODPECKER_ALLOWED_HOSTS|NODE_OPTIONS|NODE_PATH|NODE_EXTRA_CA_CERTS|NODE_TLS_REJECT_UNAUTHORIZED|LD_PRELOAD|LD_LIBRARY_PATH|DYLD_\w+|SSL_CERT_(?:FILE|DIR)|AWS_CA_BUNDLE|AWS_(?:CONFIG|SHARED_CREDENTIALS)_FILE|AWS_PROFILE|PATH)$/i

/** Where requests go, whatever cloud or server they are for. */
const PROXY = /^(?:https?|all|no)_proxy$/i
/** What agents are, and what they connect to with their secret. */
const OF_AGENTS =
  /^WOODPECKER_(?:AGENT_(?:IMAGE|ENV|BINARY_URL|BINARY_SHA256|GRPC_VERIFY)|CLOUDINIT_TEMPLATE|PROVIDER_USERDATA|REGISTRY_MIRROR)(?:_FILE)?$/
const OF_SERVER =
  /^(?:WOODPECKER_(?:SERVER|GRPC_ADDR|GRPC_SECURE)|PICUS_(?:AGENT_)?WOODPECKER_SERVER|PICUS_AGENT_WOODPECKER_GRPC_SECURE)$/
const ADDRESS = /(?:_URLS?|_ENDPOINT(?:_URL)?(?:_\w+)?|_HOST|_ADDR|_ADDRESS|_SERVER)$/
const SECRET = /(?:^|_)(?:TOKEN|SECRET|PASSWORD|AUTH|KEY|ACCESS_KEY_ID)(?:_FILE)?$/
/** Files that are written, and one that is read. */
const PATHS = /^WOODPECKER_(?:STATE_FILE|HEALTH_FILE|EVENTS_FILE)$/

/**
 * What a `.env` file in the working directory may not say: whoever wrote it need not be who runs the program there. An
 * address counts only with credentials from the same file; code, and paths that lead elsewhere, never. `file`: what counts
 * of it. One line each.
 */
export function refusedInDotEnv(file: Env, trusted: Trusted): readonly string[] {
  return Object.entries(file).flatMap(([name, value]) => {
    if (!value || trusted.flags.has(flagOf(name))) return []
    const why = refusal(name, value, file, trusted)
    return why === undefined
      ? []
      : [
          `.env in the working directory must not set ${name}: ${why}; if you trust the file, use --env-file=.env`,
        ]
  })
}

function refusal(name: string, value: string, file: Env, trusted: Trusted): string | undefined {
  if (NEVER.test(name)) return 'it chooses what this program runs or trusts'
  if (name === 'WOODPECKER_PROVIDER') {
    if (!Object.hasOwn(builtInProviders, value))
      return `there it may only be ${Object.keys(builtInProviders).join(', ')}`
    // Jobs run on this computer then: whose jobs is not for the same file to say.
    const server = ['WOODPECKER_SERVER', 'WOODPECKER_GRPC_ADDR'].find(
      (other) => file[other] && !trusted.env[other],
    )
    return value === 'local' && server !== undefined
      ? `with ${server} from the same file it would run the jobs of that server on this computer`
      : undefined
  }
  if (name === 'WOODPECKER_LISTEN') {
    const isLocal = value === 'off' || /^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\]):\d+$/.test(value)
    return isLocal || listenProblem(value) !== undefined
      ? undefined
      : 'there it may only be an address of this computer'
  }
  if (PATHS.test(name) || (name.endsWith('_FILE') && /^(?:WOODPECKER|PICUS)_/.test(name))) {
    if (!isInside(value, trusted.cwd)) return 'it names a file outside of the working directory'
  }
  const credential = credentialOutside(name, value, file, trusted)
  return credential && `it would be used with ${credential}, which is not from that file`
}

/** A credential that goes where this variable says, and that comes from elsewhere. */
function credentialOutside(name: string, value: string, file: Env, trusted: Trusted): string | undefined {
  if (name === 'WOODPECKER_AUTOSCALER_URL') return outside(/^WOODPECKER_HTTP_TOKEN(?:_FILE)?$/, file, trusted)
  if (PROXY.test(name) || OF_AGENTS.test(name)) return outside(SECRET, file, trusted)
  if (OF_SERVER.test(name))
    return outside(/^(?:WOODPECKER_TOKEN|PICUS_WOODPECKER_TOKEN)(?:_FILE)?$/, file, trusted)
  if (SECRET.test(name)) return undefined
  if (!ADDRESS.test(name) && !value.includes('://')) return undefined
  // What only Woodpecker's server or its agents read sends nothing of ours anywhere.
  if (!/^(?:WOODPECKER|PICUS|AWS|HCLOUD)_/.test(name) || programOfVariable(name) !== undefined)
    return undefined
  // `WOODPECKER_HETZNERCLOUD_ENDPOINT` goes with `WOODPECKER_HETZNERCLOUD_…`; of others nobody knows.
  const prefix = /^WOODPECKER_[A-Z0-9]+_/.exec(name)?.[0] ?? ''
  return outside(SECRET, file, trusted, prefix)
}

function outside(secret: RegExp, file: Env, { env, flags }: Trusted, prefix = ''): string | undefined {
  const isOurs = (name: string) =>
    /^(?:WOODPECKER|PICUS|AWS|HCLOUD|TWC)_/.test(name) && name.startsWith(prefix)
  // One of the same name in the file does not count beside it.
  const variable = Object.keys(env).find((name) => env[name] && isOurs(name) && secret.test(name))
  if (variable !== undefined) return variable
  const flag = [...flags].find((flag) => {
    const name = flag === '--server-token' ? 'WOODPECKER_TOKEN' : nameOf(flag)
    return isOurs(name) && secret.test(name)
  })
  if (flag !== undefined) return flag
  // Amazon's own tools find credentials in places that no file here names.
  const isAws =
    (file['WOODPECKER_PROVIDER'] ?? env['WOODPECKER_PROVIDER']) === 'aws' || prefix === 'WOODPECKER_AWS_'
  const hasKey = file['WOODPECKER_AWS_ACCESS_KEY_ID'] && file['WOODPECKER_AWS_SECRET_ACCESS_KEY']
  return isAws && secret === SECRET && !hasKey ? 'credentials of AWS' : undefined
}

function nameOf(flag: string): string {
  return `WOODPECKER_${flag.replace(/^--/, '').replaceAll('-', '_').toUpperCase()}`
}

/** The flag that would win over a variable. */
function flagOf(name: string): string {
  if (name === 'WOODPECKER_SERVER') return '--server-url'
  return `--${name
    .replace(/^WOODPECKER_/, '')
    .replace(/_FILE$/, '')
    .replaceAll('_', '-')
    .toLowerCase()}`
}

/** A link counts as where it leads. */
function isInside(path: string, cwd: string): boolean {
  const root = real(cwd)
  const there = real(resolve(cwd, path))
  return there.startsWith(root.endsWith(sep) ? root : root + sep)
}

/** Of a path that is not there yet: its folder's. */
function real(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const folder = dirname(path)
    return folder === path ? path : resolve(real(folder), path.slice(folder.length).replace(/^[/\\]+/, ''))
  }
}
