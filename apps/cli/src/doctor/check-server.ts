import {
  asOutsideError,
  type CallOptions,
  type CiServer,
  type OutsideError,
} from '@woodpeckers/autoscaler-core'
import { checkSameName } from './check-same-name.ts'
import { bad, type Finding, good } from './finding.ts'

export interface ServerFindings {
  readonly findings: readonly Finding[]
  /** Where it could be asked. */
  readonly version: string | undefined
}

/** Whether the server is there and is a Woodpecker, and whether the token is an admin's. */
export async function checkServer(server: CiServer, url: string, call: CallOptions): Promise<ServerFindings> {
  try {
    const { version, user, admin } = await server.check(call)
    const there = good('server', `Woodpecker ${version} at ${url}`)
    const token = admin
      ? good('token', `belongs to ${user}, an admin`)
      : bad('token', `belongs to ${user || 'nobody'}, who is no admin`, tokenAdvice(url))
    const readings = admin
      ? [
          await checkReading('queue', () => server.readQueue(call)),
          await checkReading('agents', () => server.readAgents(call)),
        ]
      : []
    const sameName = admin ? await checkSameName(server, call) : []
    const findings = [there, token, ...readings.flatMap((finding) => finding ?? []), ...sameName]
    return { findings, version }
  } catch (thrown) {
    const error = asOutsideError(thrown)
    if (error.kind === 'auth') {
      return {
        findings: [good('server', `answers at ${url}`), bad('token', error.message, tokenAdvice(url))],
        version: undefined,
      }
    }
    return { findings: [bad('server', error.message, serverAdvice(error, url))], version: undefined }
  }
}

/** What every tick reads; nothing is said of what is as it should be. */
async function checkReading(what: string, read: () => Promise<unknown>): Promise<Finding | undefined> {
  try {
    await read()
    return undefined
  } catch (thrown) {
    const error = asOutsideError(thrown)
    const advice =
      error.kind === 'queue-needs-agent'
        ? 'one agent that asks for work mends it: `run` starts one'
        : 'see the log of the server, and whether a proxy before it changes or cuts off answers'
    return bad(what, `cannot be read: ${error.message}`, advice)
  }
}

function tokenAdvice(url: string): string {
  return `log in as an admin (WOODPECKER_ADMIN of the server), copy the token from ${url.replace(/\/+$/, '')}/user, and set WOODPECKER_TOKEN`
}

function serverAdvice(error: OutsideError, url: string): string {
  if (error.kind === 'unsupported') return 'update the server, and agents that you started yourself with it'
  return error.kind === 'unexpected-answer'
    ? `see whether ${url} is the server itself, with its path prefix and without a page of a proxy before it (WOODPECKER_SERVER)`
    : `see whether it runs, and whether ${url} is right and reachable from here (WOODPECKER_SERVER)`
}
