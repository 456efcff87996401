import type { Clock } from '@woodpeckers/autoscaler-core'
import { type App, refused, refusedBody } from './answers.ts'
import type { Control } from './control.ts'
import { readBody } from './read-body.ts'
import type { WakeSignatures } from './wake-signature.ts'

const SIGNED_BY =
  'X-Hub-Signature-256, X-Gitea-Signature, X-Forgejo-Signature or X-Wake-Signature: HMAC SHA-256 over the body, with the wake secret'

/** `POST /wake`: a webhook of a forge makes it look at once. `signatures`: without them there is no secret. */
export function addWake(
  app: App,
  control: Pick<Control, 'wake'>,
  signatures: WakeSignatures | undefined,
  clock: Clock,
): void {
  app.post('/wake', async (context) => {
    if (!signatures) {
      const error = 'nobody may wake it: set --wake-secret (WOODPECKER_WAKE_SECRET, http.wakeSecret)'
      return refused(context, 404, error)
    }
    const body = await readBody(context.env.incoming, clock)
    if (!body.ok) return refusedBody(context, body)
    const verdict = signatures.judge((name) => context.req.header(name), body.bytes)
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
