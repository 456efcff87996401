import { type MachineFile, machineFile } from './machine-file.ts'

/** For the images of one registry. */
export interface RegistryLogin {
  /** With its port, where it has one; `docker.io` is Docker Hub. */
  readonly host: string
  readonly user: string
  /** Never log it. */
  readonly password: string
}

/** Docker's client settings with the logins, for root alone; given to it by `--config`. */
export const REGISTRY_CONFIG_FOLDER = '/etc/woodpecker-agent/docker'

const HOST = /^[A-Za-z0-9.-]+(?::\d+)?$/

/**
 * Reads `host=user:password` pairs. `undefined`: one of them is not like that; which is not said, as it may
 * be a password.
 */
export function parseRegistryLogins(
  pairs: Readonly<Record<string, string>>,
): readonly RegistryLogin[] | undefined {
  const logins: RegistryLogin[] = []
  for (const [host, login] of Object.entries(pairs)) {
    const colon = login.indexOf(':')
    if (!HOST.test(host) || colon < 1 || colon === login.length - 1) return undefined
    logins.push({ host, user: login.slice(0, colon), password: login.slice(colon + 1) })
  }
  return logins
}

export function registryFiles(
  mirrors: readonly string[],
  logins: readonly RegistryLogin[],
): readonly MachineFile[] {
  const files: MachineFile[] = []
  if (mirrors.length > 0) {
    files.push(machineFile('/etc/docker/daemon.json', '0644', json({ 'registry-mirrors': mirrors })))
  }
  if (logins.length > 0) {
    const auths = Object.fromEntries(
      logins.map(({ host, user, password }) => [
        // Docker looks its own registry up by an address of old.
        host === 'docker.io' ? 'https://index.docker.io/v1/' : host,
        { auth: Buffer.from(`${user}:${password}`, 'utf8').toString('base64') },
      ]),
    )
    files.push(machineFile(`${REGISTRY_CONFIG_FOLDER}/config.json`, '0600', json({ auths })))
  }
  return files
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}
