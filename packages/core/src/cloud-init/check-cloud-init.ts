import { isKnownKey } from './known-keys.ts'

/** What clouds take at most: Hetzner 32 KiB, AWS 16 KiB before its base64. */
export const USER_DATA_LIMIT_BYTES: number = 32 * 1024
const AWS_LIMIT_BYTES = 16 * 1024

/** `error`: no machine would come up with it. `warning`: perhaps meant otherwise. */
export interface CloudInitFinding {
  readonly severity: 'error' | 'warning'
  readonly message: string
}

/** The ways for user data to begin that cloud-init acts on; anything else it ignores with a line in its log. */
const BEGINNINGS = [
  /^#cloud-config\s*$/,
  /^#!/,
  /^#cloud-boothook/,
  /^#include/,
  /^## template: jinja/,
  /^content-type:/i,
  /^mime-version:/i,
]

/**
 * Looks for what cloud-init would pass over in silence: a first line that it does not know, mistyped keys,
 * a size that no cloud takes. `maxBytes` is the limit of the cloud in use.
 */
export function checkCloudInit(
  text: string,
  maxBytes: number = USER_DATA_LIMIT_BYTES,
): readonly CloudInitFinding[] {
  const findings: CloudInitFinding[] = []
  const firstLine = text.split('\n', 1)[0] ?? ''
  if (!BEGINNINGS.some((beginning) => beginning.test(firstLine))) {
    const shown = firstLine.length > 40 ? `${firstLine.slice(0, 40)}…` : firstLine
    findings.push({
      severity: 'error',
      message: `user data begins with ${JSON.stringify(shown)}; its first line must be #cloud-config, or #! for a script`,
    })
  } else if (firstLine.startsWith('#cloud-config')) {
    findings.push(...checkKeys(text.slice(firstLine.length)))
  }
  const bytes = Buffer.byteLength(text)
  if (bytes > maxBytes) {
    findings.push({ severity: 'error', message: `user data has ${bytes} bytes, and may have ${maxBytes}` })
  } else if (bytes > AWS_LIMIT_BYTES) {
    findings.push({
      severity: 'warning',
      message: `user data has ${bytes} bytes; AWS takes ${AWS_LIMIT_BYTES}`,
    })
  }
  return findings
}

function checkKeys(body: string): readonly CloudInitFinding[] {
  const keys = topLevelKeys(body)
  if (!keys) return [{ severity: 'error', message: 'user data begins like JSON, and is none' }]
  if (keys.length === 0) return [{ severity: 'error', message: 'user data has nothing in it' }]
  return keys
    .filter((key) => !isKnownKey(key))
    .map((key) => ({
      severity: 'warning',
      message: `cloud-init knows no key ${JSON.stringify(key)}, and would ignore it`,
    }))
}

/** Of YAML only what stands at the margin is looked at; values, texts in blocks too, are indented. */
function topLevelKeys(body: string): readonly string[] | undefined {
  if (body.trimStart().startsWith('{')) {
    try {
      return Object.keys(JSON.parse(body))
    } catch {
      return undefined
    }
  }
  return [...body.matchAll(/^["']?([A-Za-z_][\w-]*)["']?[ \t]*:(?=\s|$)/gm)].map((match) => match[1] ?? '')
}
