import { Unsupported } from '@woodpeckers/autoscaler-core'

/** The first version whose agents have an organisation (`org_id`), without which their labels are unknown. */
export const LEAST_VERSION = '3.0'

const LEAST_MAJOR = 3

/** Throws for a version below 3.0. One that is no number (`next-…`, `dev`) counts as the newest. */
export function refuseOldVersion(version: string | undefined | null): void {
  const [number, major] = /^v?(\d+)(?:[.-][\w.+-]*)?$/.exec(version ?? '') ?? []
  if (number === undefined || Number(major) >= LEAST_MAJOR) return
  throw new Unsupported(tooOld(`Woodpecker ${number}`))
}

/** Whether the version says nothing of its age. */
export function isUnnumbered(version: string): boolean {
  return !/^v?\d+\.\d+/.test(version)
}

/** The answer to a request is of a server before 3.0. `agentId`: of the agent in it, if it is a single one. */
export class OldAnswer extends Unsupported {
  readonly agentId: number | undefined

  constructor(version: string | undefined, agentId: number | undefined, mayHaveActed: boolean) {
    const named = version === undefined ? 'the Woodpecker server' : `Woodpecker ${version}`
    super(tooOld(named, ' (its agents have no org_id)'), { mayHaveActed })
    this.agentId = agentId
  }
}

/** The error for a body with an agent as servers before 3.0 describe it; `undefined` for any other body. */
export function oldAnswer(
  text: string,
  version: string | undefined,
  mayHaveActed: boolean,
): OldAnswer | undefined {
  const body = parsed(text)
  const old = (Array.isArray(body) ? body : [body]).find(isOldAgent)
  if (!old) return undefined
  return new OldAnswer(version, Array.isArray(body) ? undefined : old.id, mayHaveActed)
}

function isOldAgent(value: unknown): value is { readonly id: number } {
  if (typeof value !== 'object' || value === null) return false
  const isAgent = 'id' in value && Number.isInteger(value.id) && 'no_schedule' in value
  return isAgent && !('org_id' in value)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function tooOld(what: string, sign = ''): string {
  return `${what} is too old${sign}: Woodpecker ${LEAST_VERSION} or newer is needed; update the server`
}
