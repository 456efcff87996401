import type { UserDataInput } from '../engine/autoscaler.ts'
import { agentUnit, ENVIRONMENT_FILE, INSTALL_DOCKER, INSTALL_DOCKER_SCRIPT, METADATA_UNIT } from './units.ts'

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/
/** No white space, `%` or `$`, which systemd would take for more than themselves. */
const IMAGE = /^[A-Za-z0-9][A-Za-z0-9._:/@+-]*$/

/**
 * The cloud-init document that makes an agent of a fresh Ubuntu or Debian, with Docker or without. What
 * follows its first line is JSON, which YAML includes: no value can break out of its quotes, and the
 * environment is in base64 besides. It holds the agent's secret: never log it.
 *
 * Throws when a value cannot be passed on: an environment file has one line for each variable.
 */
export function renderCloudInit(input: UserDataInput): string {
  if (!IMAGE.test(input.image)) throw new Error(`“${input.image}” is not the name of a container image`)
  const document = {
    write_files: [
      file(ENVIRONMENT_FILE, '0600', environmentFile(input.environment)),
      file('/etc/systemd/system/woodpecker-no-metadata.service', '0644', METADATA_UNIT),
      file('/etc/systemd/system/woodpecker-agent.service', '0644', agentUnit(input.image)),
      file(INSTALL_DOCKER, '0755', INSTALL_DOCKER_SCRIPT),
    ],
    runcmd: [
      ['systemctl', 'daemon-reload'],
      [INSTALL_DOCKER],
      ['systemctl', 'enable', '--now', 'woodpecker-no-metadata.service'],
      ['systemctl', 'enable', '--now', 'docker.service'],
      ['systemctl', 'enable', '--now', 'woodpecker-agent.service'],
    ],
  }
  return `#cloud-config\n${JSON.stringify(document, undefined, 1)}\n`
}

function file(path: string, permissions: string, content: string) {
  return {
    path,
    owner: 'root:root',
    // A text: as a bare number YAML would read it as decimal.
    permissions,
    encoding: 'b64',
    content: Buffer.from(content, 'utf8').toString('base64'),
  }
}

/** One `NAME=value` a line, nothing quoted: Docker takes all behind the first `=` as it is. */
function environmentFile(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => {
      if (!VARIABLE.test(name)) throw new Error(`“${name}” is not the name of an environment variable`)
      if (/[\r\n\0]/.test(value))
        throw new Error(`the value of ${name} has a line break, which Docker cannot pass on`)
      return `${name}=${value}\n`
    })
    .join('')
}
