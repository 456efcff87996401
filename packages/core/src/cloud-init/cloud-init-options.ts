import type { RegistryLogin } from './registry.ts'

/** How the built-in user data makes an agent. */
export interface CloudInitOptions {
  /** A container of the agent's image, or its binary under systemd: no pull, but a download of its own. */
  readonly agentMode: 'container' | 'binary'
  /** Of the binary, or of a .tar.gz with it; `{version}` is that of the image, `{arch}` the machine's (`amd64`, `arm64`). */
  readonly agentBinaryUrl: string
  /** Digests of the download, one for each architecture in use; empty: it is taken as it comes. */
  readonly agentBinarySha256: readonly string[]
  /** URLs of mirrors that Docker asks first, by the agent's pull and by those of its jobs. */
  readonly registryMirrors: readonly string[]
  /** For the pull of the agent's image. */
  readonly registryLogins: readonly RegistryLogin[]
  /** Whether jobs are kept away from the cloud's metadata service, which would hand them the user data. */
  readonly blockMetadata: boolean
  /** The machine shuts itself down when its agent was idle for so long. 0: never. */
  readonly selfDestructAfterMs: number
}

/** Where Woodpecker's own releases are. */
export const AGENT_RELEASES: string =
  'https://github.com/woodpecker-ci/woodpecker/releases/download/v{version}/woodpecker-agent_linux_{arch}.tar.gz'

export const defaultCloudInitOptions: CloudInitOptions = {
  agentMode: 'container',
  agentBinaryUrl: AGENT_RELEASES,
  agentBinarySha256: [],
  registryMirrors: [],
  registryLogins: [],
  blockMetadata: true,
  selfDestructAfterMs: 0,
}
