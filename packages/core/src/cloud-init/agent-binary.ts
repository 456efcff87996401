import { type MachinePart, machineFile } from './machine-file.ts'

export const AGENT_BINARY = '/usr/local/bin/woodpecker-agent'
/** What the agent runs as, with the right to use Docker where there is Docker. */
export const AGENT_USER = 'woodpecker'

const INSTALL_AGENT = '/usr/local/sbin/woodpecker-agent-install-binary'
/** Nothing that a shell, or curl's own globbing, would take for more than itself; but for our two marks. */
const URL_TEXT = /^https?:\/\/[A-Za-z0-9][A-Za-z0-9._~:/?&=%@+,-]*$/
const SHA256 = /^[0-9a-f]{64}$/i

/** What is wrong with the address of the binary, or the digests of it; the end of a sentence about it. */
export function wrongBinaryUrl(url: string, digests: readonly string[]): string | undefined {
  if (!URL_TEXT.test(url.replaceAll(/\{(?:version|arch)\}/g, 'x'))) {
    return 'must be a URL, with {version} and {arch} as its only braces'
  }
  if (url.startsWith('http:') && digests.length === 0) return 'must be https://, or come with its digest'
  return undefined
}

export function isSha256(text: string): boolean {
  return SHA256.test(text)
}

/** Downloads the agent's binary and gives it a user of its own. `image` tells the version. */
export function agentBinaryPart(image: string, url: string, digests: readonly string[]): MachinePart {
  const wrong = wrongBinaryUrl(url, digests)
  if (wrong) throw new Error(`the address of the agent's binary ${wrong}`)
  const address = url.replaceAll('{version}', () => versionOf(image)).replaceAll('{arch}', '$arch')
  return {
    files: [machineFile(INSTALL_AGENT, '0755', installScript(address, digests))],
    commands: [[INSTALL_AGENT]],
  }
}

function versionOf(image: string): string {
  const version = /:v?(\d+\.\d+\.\d+[A-Za-z0-9.-]*)$/.exec(image)?.[1]
  if (version !== undefined) return version
  throw new Error(
    `the image ${image} has no version of which there is a binary; give its address without {version}`,
  )
}

function installScript(address: string, digests: readonly string[]): string {
  const isArchive = /\.(?:tar\.gz|tgz)(?:\?|$)/.test(address)
  const known = digests.map((digest) => digest.toLowerCase()).join(' ')
  const check = `case " ${known} " in
  *" $(sha256sum "$folder/download" | cut -d ' ' -f 1) "*) ;;
  *) echo "the agent's binary has another digest than was given" >&2; exit 1 ;;
esac
`
  const unpack = isArchive
    ? 'tar --extract --gzip --file "$folder/download" --directory "$folder" --no-same-owner woodpecker-agent'
    : 'mv "$folder/download" "$folder/woodpecker-agent"'
  return `#!/bin/sh
set -eu
case "$(uname -m)" in
  x86_64) arch=amd64 ;;
  aarch64) arch=arm64 ;;
  armv7l) arch=arm ;;
  *) arch=$(uname -m) ;;
esac
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
curl --fail --silent --show-error --location --proto '=http,https' --proto-redir '=https' \\
  --connect-timeout 15 --max-time 300 --retry 8 --retry-delay 5 --retry-connrefused \\
  --output "$folder/download" "${address}"
${digests.length > 0 ? check : ''}${unpack}
install -m 0755 "$folder/woodpecker-agent" ${AGENT_BINARY}
id ${AGENT_USER} >/dev/null 2>&1 || useradd --system --shell /usr/sbin/nologin --home-dir /var/lib/woodpecker-agent ${AGENT_USER}
if getent group docker >/dev/null; then usermod --append --groups docker ${AGENT_USER}; fi
`
}
