import { join } from 'node:path'
import type { LocalUser } from './local-user.ts'
import { MARKER } from './machine-processes.ts'

export interface MachineSurroundings {
  /** The folder of this machine alone. */
  readonly work: string
  readonly healthPort: number
  readonly marker: string
  readonly user: LocalUser | undefined
}

/**
 * All that a machine's first process gets: of ours only what is allowed by name, then what keeps several
 * agents on one computer apart, then what the deployment says.
 */
export function machineEnvironment(
  own: NodeJS.ProcessEnv,
  allowed: readonly string[],
  { work, healthPort, marker, user }: MachineSurroundings,
  deployment: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  const inherited = allowed.flatMap((name) => (own[name] === undefined ? [] : [[name, own[name]]]))
  return {
    ...Object.fromEntries(inherited),
    ...(user && { HOME: user.home, USER: user.name, LOGNAME: user.name, SHELL: user.shell }),
    WOODPECKER_BACKEND: 'local',
    WOODPECKER_AGENT_CONFIG_FILE: join(work, 'agent.conf'),
    WOODPECKER_BACKEND_LOCAL_TEMP_DIR: join(work, 'tmp'),
    // Its default is one port for all of them.
    WOODPECKER_HEALTHCHECK_ADDR: `127.0.0.1:${healthPort}`,
    ...deployment,
    [MARKER]: marker,
  }
}
