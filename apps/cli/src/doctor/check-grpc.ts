import { asOutsideError, type Clock, Transient, withDeadline } from '@woodpeckers/autoscaler-core'
import { parseGrpcAddress } from '../config/grpc-address.ts'
import type { ServerSettings } from '../settings/cli-schema.ts'
import { bad, type Finding, good } from './finding.ts'
import { askHttp1, callAuth, type GrpcAnswer, NoHttp2, speaksTls, type Target } from './grpc-exchange.ts'

const DEADLINE_MS = 5000
const SECOND_TRY_MS = 2000

const USE_ADDRESS =
  "set WOODPECKER_GRPC_ADDR to host:port of the server's gRPC (WOODPECKER_GRPC_ADDR there, :9000 by default)"
const ONLY_FROM_HERE = 'where only agents can reach it, this is no fault'
const USE_TLS = 'set WOODPECKER_GRPC_SECURE=true (grpcSecure: true)'

type GrpcSettings = Pick<ServerSettings, 'grpcAddr' | 'grpcSecure' | 'grpcVerify'>

/** Whether a Woodpecker answers gRPC at the address of the settings, with TLS as they say; asked from this computer. */
export async function checkGrpc(settings: GrpcSettings, clock: Clock): Promise<Finding> {
  const parsed = parseGrpcAddress(settings.grpcAddr)
  if (!parsed.ok) return bad('gRPC', `${settings.grpcAddr}: it ${parsed.why}`, USE_ADDRESS)
  const { host: given, port } = parsed.address
  // An agent takes no host as its own computer.
  const target = { host: given || 'localhost', port, secure: settings.grpcSecure }
  const where = `${given.includes(':') ? `[${given}]` : given}:${port}`
  try {
    const answer = await within(clock, DEADLINE_MS, (signal) => callAuth(target, signal))
    return ofAnswer(where, answer, settings)
  } catch (thrown) {
    return ofFailure(where, target, thrown, clock)
  }
}

function ofAnswer(where: string, answer: GrpcAnswer, { grpcSecure, grpcVerify }: GrpcSettings): Finding {
  const { httpStatus, contentType, grpcStatus, grpcMessage, certificate } = answer
  if (grpcStatus === undefined) {
    const came = `HTTP ${httpStatus}${contentType && ` with ${contentType.split(';')[0]}`}`
    return bad('gRPC', `${where} answers ${came}, not gRPC`, `${USE_ADDRESS}, or let the proxy pass gRPC on`)
  }
  if (grpcStatus === 14 || httpStatus !== 200) {
    const said = `gRPC status ${grpcStatus}, HTTP ${httpStatus}`
    return bad(
      'gRPC',
      `${where} passes the call to no server (${said})`,
      'check what the proxy forwards gRPC to',
    )
  }
  if (grpcStatus === 12 || !/token|auth/i.test(grpcMessage)) {
    const what = `is a gRPC server, but not Woodpecker's (status ${grpcStatus})`
    return bad('gRPC', `${where} ${what}`, USE_ADDRESS)
  }
  if (certificate !== undefined && grpcVerify !== false) {
    return bad(
      'gRPC',
      `${where}: its certificate is not valid for agents that verify it: ${certificateText(certificate)}`,
      'use a certificate of a known authority for this name; or set WOODPECKER_AGENT_GRPC_VERIFY=false, with which nobody knows who answers',
    )
  }
  const unverified =
    certificate === undefined ? '' : `, certificate not verified (${certificateText(certificate)})`
  const tls = grpcSecure ? `with TLS${unverified}` : 'without TLS'
  return good('gRPC', `Woodpecker answers at ${where}, ${tls}, as seen from this computer`)
}

const CERTIFICATES: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not known',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its authority is not known',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is not known',
}

function certificateText(code: string): string {
  return CERTIFICATES[code] ?? code
}

/** Why there was no answer, found out by asking in other ways. */
async function ofFailure(where: string, target: Target, thrown: unknown, clock: Clock): Promise<Finding> {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  const reason = UNREACHABLE[code]
  if (reason) return bad('gRPC', `${where}: ${reason} (${code})`, `${USE_ADDRESS}; ${ONLY_FROM_HERE}`)
  if (thrown instanceof NoHttp2)
    return bad(
      'gRPC',
      `${where} speaks TLS, but not HTTP/2`,
      'let the load balancer pass HTTP/2 (ALPN h2) or TCP on',
    )
  const other = await diagnose(where, target, clock)
  if (other) return other
  const { message } = asOutsideError(thrown)
  return thrown instanceof Transient
    ? bad('gRPC', `${where} takes connections, but says nothing: ${message}`, USE_ADDRESS)
    : bad('gRPC', `${where} does not speak gRPC: ${message}`, USE_ADDRESS)
}

const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the name is not found',
  EAI_AGAIN: 'the name cannot be looked up now',
  ETIMEDOUT: 'no connection within the time of the system',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to it',
}

async function diagnose(where: string, target: Target, clock: Clock): Promise<Finding | undefined> {
  const attempt = <T>(work: (signal: AbortSignal) => Promise<T>) =>
    within(clock, SECOND_TRY_MS, work).catch(() => undefined)
  if (target.secure) {
    const plain = await attempt((signal) => callAuth({ ...target, secure: false }, signal))
    if (plain?.grpcStatus !== undefined)
      return bad(
        'gRPC',
        `${where} speaks gRPC without TLS, but TLS is configured`,
        'put TLS before it, or set WOODPECKER_GRPC_SECURE=false (grpcSecure: false), with which secrets go in clear text',
      )
  } else if (await attempt((signal) => speaksTls(target, signal))) {
    return bad('gRPC', `${where} speaks TLS, but none is configured`, USE_TLS)
  }
  const http = await attempt((signal) => askHttp1(target, signal))
  if (!http?.startsWith('HTTP/1')) return undefined
  const isWoodpecker = /^x-woodpecker-version:/im.test(http) || /woodpecker-ci/.test(http)
  return isWoodpecker
    ? bad('gRPC', `${where} is the HTTP port of Woodpecker, not its gRPC port`, USE_ADDRESS)
    : bad(
        'gRPC',
        `${where} speaks HTTP/1.1, not HTTP/2`,
        `${USE_ADDRESS}; a proxy must pass HTTP/2 or TCP on`,
      )
}

function within<T>(clock: Clock, ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const late = () => new Transient(`no answer within ${ms / 1000}s`)
  return withDeadline(clock, ms, undefined, late, work)
}
