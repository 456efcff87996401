import type { UserDataLimit } from '../ports/provider.ts'
import { nearestKey } from '../settings/nearest-key.ts'
import { isKnownKey, KNOWN_KEYS } from './known-keys.ts'
import { DEFAULT_USER_DATA_LIMIT, userDataBytes } from './user-data-bytes.ts'

/** `error`: no machine would come up with it. `warning`: perhaps meant otherwise. Neither holds a value of the environment. */
export interface CloudInitFinding {
  readonly severity: 'error' | 'warning'
  readonly message: string
}

/** The ways for user data to begin that cloud-init acts on; anything else it ignores with a line in its log. */
const BEGINNINGS = [
  /^#cloud-config\s*$/,
  /^#cloud-config-archive/,
  /^#!/,
  /^#cloud-boothook/,
  /^#include/,
  /^#part-handler/,
  /^## template: jinja/,
  /^content-type:/i,
  /^mime-version:/i,
]

/**
 * Looks for what cloud-init would pass over in silence: a first line that it does not know, mistyped keys; and
 * for a size that the cloud does not take.
 */
export function checkCloudInit(
  text: string,
  limit: UserDataLimit = DEFAULT_USER_DATA_LIMIT,
): readonly CloudInitFinding[] {
  const size = userDataBytes(text, limit)
  const findings = [...checkBeginning(text)]
  if (!size.fits) findings.push({ severity: 'error', message: size.message })
  return findings
}

/** All of it but the size. */
export function checkBeginning(text: string): readonly CloudInitFinding[] {
  const firstLine = text.split('\n', 1)[0] ?? ''
  if (!BEGINNINGS.some((beginning) => beginning.test(firstLine))) {
    const shown = firstLine.length > 40 ? `${firstLine.slice(0, 40)}…` : firstLine
    return error(
      `user data begins with ${JSON.stringify(shown)}; its first line must be #cloud-config, or #! for a script`,
    )
  }
  // cloud-init looks for that header, and no further.
  if (/^content-type:/i.test(firstLine) && !/^mime-version:/im.test(text.slice(0, 4096))) {
    return error(
      'user data of several parts needs a header MIME-Version: 1.0; without it cloud-init sees none',
    )
  }
  return /^#cloud-config\s*$/.test(firstLine) ? checkKeys(text.slice(firstLine.length)) : []
}

function error(message: string): readonly CloudInitFinding[] {
  return [{ severity: 'error', message }]
}

function checkKeys(body: string): readonly CloudInitFinding[] {
  const keys = topLevelKeys(body)
  if (!keys) return error('user data begins like JSON, and is none')
  if (keys.length === 0) return error('user data has nothing in it')
  return keys
    .filter((key) => !isKnownKey(key))
    .map((key) => {
      const nearest = nearestKey(key, KNOWN_KEYS)
      const hint = nearest === undefined ? '' : `; perhaps ${JSON.stringify(nearest)} is meant`
      return {
        severity: 'warning',
        message: `cloud-init knows no key ${JSON.stringify(key)}, and would ignore it${hint}`,
      }
    })
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
