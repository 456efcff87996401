import type { Clock } from '@woodpeckers/autoscaler-core'
import { type App, refused, refusedBody } from './answers.ts'
import { BytesInFlight } from './bytes-in-flight.ts'
import type { Control } from './control.ts'
import { type BadBody, bodyLimits, streamBody } from './read-body.ts'
import type { WakeSignatures, WakeVerdict } from './wake-signature.ts'

const SIGNED_BY =
  'X-Hub-Signature-256, X-Gitea-Signature, X-Forgejo-Signature or X-Wake-Signature: HMAC SHA-256 over the body, with the wake secret'

/** Of all unfinished requests together. Anybody may send to this path. */
const BYTES_IN_FLIGHT = 4 * 1_048_576
const TOO_BUSY: BadBody = {
  ok: false,
  status: 503,
  error: `the unfinished requests to /wake have sent ${BYTES_IN_FLIGHT} bytes, which is the limit; try again later`,
}

/** `POST /wake`: a webhook of a forge makes it look at once. `signatures`: without them there is no secret. */
export function addWake(
  app: App,
  control: Pick<Control, 'wake'>,
  signatures: WakeSignatures | undefined,
  clock: Clock,
): void {
  const inFlight = new BytesInFlight(BYTES_IN_FLIGHT)
  app.post('/wake', async (context) => {
    if (!signatures) {
      const error = 'nobody may wake it: set --wake-secret (WOODPECKER_WAKE_SECRET, http.wakeSecret)'
      context.header('connection', 'close')
      return refused(context, 404, error)
    }
    const check = signatures.begin((name) => context.req.header(name))
    let verdict: WakeVerdict
    if (typeof check === 'string') {
      // Its body is not read.
      context.header('connection', 'close')
      verdict = check
    } else {
      const share = inFlight.open()
      const bad = await streamBody(context.env.incoming, clock, bodyLimits, (chunk) => {
        if (!share.add(chunk.length)) return TOO_BUSY
        check.update(chunk)
        return undefined
      })
      share.close()
      if (bad) return refusedBody(context, bad)
      verdict = check.end()
    }
    switch (verdict) {
      case 'good':
        control.wake()
        return context.json({ woken: true }, 202)
      case 'seen-before':
        return context.json({ woken: false, why: 'it was delivered before' }, 202)
      case 'unsigned':
        return refused(context, 401, `it is not signed: it must have ${SIGNED_BY}`)
      case 'wrong':
        return refused(context, 401, 'the signature is not that of this body with the wake secret')
      case 'too-old':
        return refused(context, 401, 'X-Wake-Timestamp must be the time in seconds, within 5 minutes')
      default:
        return verdict satisfies never
    }
  })
}
