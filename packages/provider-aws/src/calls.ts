import type { EC2Client } from '@aws-sdk/client-ec2'
import type { OutsideError } from '@woodpeckers/autoscaler-core'
import type { RateLimiter } from '@woodpeckers/autoscaler-http'
import { toOutsideError } from './errors.ts'
import { type Patience, patiently } from './patience.ts'

/** What every request of the SDK is given beside its input. */
export interface HttpOptions {
  readonly abortSignal: AbortSignal
}

type Request<T> = (client: EC2Client, http: HttpOptions) => Promise<T>

/** How requests go out, in one region. */
export interface Calls {
  readonly region: string
  /** A request that is harmless when repeated. */
  call<T>(action: string, signal: AbortSignal, request: Request<T>): Promise<T>
  /** One that makes machines run: through the limiter, and repeated only where its answer was lost. */
  launch<T>(action: string, signal: AbortSignal, request: Request<T>): Promise<T>
}

export interface CallParts {
  readonly client: EC2Client
  readonly region: string
  /** Launches and starts have a small bucket of their own, shared by all that use the account. */
  readonly launches: RateLimiter
  readonly patience: Patience
}

const mayPass = ({ kind }: OutsideError) => kind === 'transient' || kind === 'rate-limited'
const wasLost = ({ kind }: OutsideError) => kind === 'transient'
const PAUSE_WHEN_THROTTLED_MS = 1_000

export function openCalls({ client, region, launches, patience }: CallParts): Calls {
  const once = async <T>(action: string, signal: AbortSignal, request: Request<T>): Promise<T> => {
    signal.throwIfAborted()
    try {
      return await request(client, { abortSignal: signal })
    } catch (thrown) {
      signal.throwIfAborted()
      throw toOutsideError(thrown, { action, region })
    }
  }
  return {
    region,
    call: (action, signal, request) =>
      patiently(patience, mayPass, signal, () => once(action, signal, request)),
    launch: (action, signal, request) =>
      patiently(patience, wasLost, signal, async () => {
        await launches.acquire(signal)
        try {
          return await once(action, signal, request)
        } catch (error) {
          if ((error as Partial<OutsideError>).kind === 'rate-limited') {
            launches.pauseFor(PAUSE_WHEN_THROTTLED_MS)
          }
          throw error
        }
      }),
  }
}
