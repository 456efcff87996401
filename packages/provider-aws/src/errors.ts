import {
  AuthError,
  OfferingUnavailable,
  type OutsideError,
  QuotaExceeded,
  RateLimited,
  Rejected,
  Transient,
  UnexpectedAnswer,
} from '@woodpeckers/autoscaler-core'
import { causeOf, NEVER_SENT, networkCode } from './network-failure.ts'
import { withoutSecrets } from './without-secrets.ts'

/** What was asked, and where: the beginning of every message. */
export interface Asked {
  /** As rights name it, without `ec2:`. */
  readonly action: string
  readonly service?: 'ec2' | 'ssm' | 'pricing'
  readonly region: string
}

// https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html
const UNAVAILABLE: ReadonlySet<string> = new Set([
  'InsufficientInstanceCapacity',
  'InsufficientHostCapacity',
  'InsufficientCapacityOnHost',
  'InsufficientReservedInstanceCapacity',
  'InsufficientFreeAddressesInSubnet',
  'InsufficientAddressCapacity',
  'InsufficientVolumeCapacity',
  'UnfulfillableCapacity',
  'Unsupported',
  'SpotMaxPriceTooLow',
  'MaxSpotInstanceCountExceeded',
])
const QUOTA: ReadonlySet<string> = new Set([
  'VcpuLimitExceeded',
  'InstanceLimitExceeded',
  'VolumeLimitExceeded',
  'MaxIOPSLimitExceeded',
  'AddressLimitExceeded',
])
const THROTTLED: ReadonlySet<string> = new Set([
  'RequestLimitExceeded',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'EC2ThrottledException',
])
const LACKS_RIGHT: ReadonlySet<string> = new Set([
  'UnauthorizedOperation',
  'AccessDenied',
  'AccessDeniedException',
])
const NO_ENTRY: ReadonlySet<string> = new Set([
  'AuthFailure',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'MissingAuthenticationToken',
  'ExpiredToken',
  'ExpiredTokenException',
  'RequestExpired',
  'OptInRequired',
  'Blocked',
  'PendingVerification',
])
const NO_CREDENTIALS: ReadonlySet<string> = new Set(['CredentialsProviderError', 'TokenProviderError'])
/** Not yet, or not just now: the same call works later. */
const LATER: ReadonlySet<string> = new Set([
  'IncorrectInstanceState',
  'InvalidInstanceID.NotFound',
  'ConcurrentClientToken',
  'DependencyViolation',
])

/** The token was used for another wish under the same name: that one may have made its machine. */
const MAY_BE_THERE: ReadonlySet<string> = new Set(['IdempotentParameterMismatch'])

/** The failure of a call, by what the caller does next. Its cause holds neither request nor credentials. */
export function toOutsideError(thrown: unknown, asked: Asked): OutsideError {
  const code = codeOf(thrown)
  const text = withoutSecrets(messageOf(thrown))
  const where = `${asked.action} in ${asked.region}`
  const message = text === '' || text === code ? `${where}: ${code}` : `${where}: ${code}: ${text}`
  const cause = causeOf(thrown)
  if (UNAVAILABLE.has(code)) return new OfferingUnavailable(message, { cause })
  if (QUOTA.has(code)) return new QuotaExceeded(message, { cause })
  if (THROTTLED.has(code)) return new RateLimited(message, { cause })
  if (LACKS_RIGHT.has(code)) return new AuthError(lackingRight(thrown, asked), { cause })
  if (NO_CREDENTIALS.has(code)) {
    const advice = 'set --aws-access-key-id and --aws-secret-access-key, or give this machine a role'
    return new AuthError(`${where}: there are no credentials; ${advice}`, { cause })
  }
  if (NO_ENTRY.has(code)) return new AuthError(`${where}: AWS takes no such credentials (${code})`, { cause })
  if (MAY_BE_THERE.has(code)) return new Transient(message, { cause, mayHaveActed: true })
  if (LATER.has(code)) return new Transient(message, { cause })

  const status = (thrown as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
  const network = networkCode(thrown)
  if (network !== undefined) {
    const reached = !NEVER_SENT.has(network)
    return new Transient(`${where}: no answer (${network})`, { cause, mayHaveActed: reached })
  }
  // The SDK's name for an answer without a code in it: a proxy's page, most likely.
  if (status === undefined || !isAwsCode(code)) {
    const kind = status !== undefined && status < 500 ? UnexpectedAnswer : Transient
    return new kind(`${where}: the answer is not one of EC2 (HTTP ${status ?? 'unknown'})`, {
      cause,
      mayHaveActed: true,
    })
  }
  if (status >= 500) return new Transient(message, { cause, mayHaveActed: true })
  return new Rejected(message, { cause })
}

/** EC2's code of an error, such as `InvalidAMIID.NotFound`; the SDK has it as the name. */
export function codeOf(thrown: unknown): string {
  const { name, Code } = (thrown ?? {}) as { name?: unknown; Code?: unknown }
  const code = typeof Code === 'string' ? Code : typeof name === 'string' ? name : 'an unknown error'
  // Some come with the side that is to blame.
  return code.replace(/^(?:Server|Client)\.(?=[A-Z])/, '')
}

/** What JavaScript and the SDK call an error that had no code of AWS in it. */
const NO_CODE = /^(?:(?:Syntax|Type|Range)?Error|Unknown(?:Error)?)$/

function isAwsCode(code: string): boolean {
  return /^[A-Z][A-Za-z0-9.]+$/.test(code) && !NO_CODE.test(code)
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** Names the missing right: AWS says which where it is another than the call's, such as `ec2:CreateTags`. */
function lackingRight(thrown: unknown, { action, service = 'ec2', region }: Asked): string {
  const told = /not authorized to perform:? ([a-z0-9]+:[A-Za-z]+)/.exec(messageOf(thrown))?.[1]
  return `${action} in ${region}: the credentials lack the right ${told ?? `${service}:${action}`}`
}
