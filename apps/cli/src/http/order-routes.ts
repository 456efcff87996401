import type { Clock } from '@woodpeckers/autoscaler-core'
import { plainOrders } from '../process/state-sections.ts'
import type { OrderVerb } from '../running/order.ts'
import type { Kept } from '../running/order-book.ts'
import { LOG_LEVELS } from '../settings/log-levels.ts'
import { type App, type Asked, refused, refusedBody, whoAsks } from './answers.ts'
import type { Control } from './control.ts'
import { readBody } from './read-body.ts'

const VERBS: readonly OrderVerb[] = ['pause', 'drain', 'replace', 'protect']
const LONGEST_SUBJECT = 128

/** What people may ask for: `PUT` gives an order, `DELETE` takes it back. */
export function addOrders(app: App, control: Control, clock: Clock): void {
  for (const verb of VERBS) {
    const path = `/api/v1/orders/${verb}/:subject`
    app.put(path, (context) => answerOrder(context, control, verb, false))
    app.delete(path, (context) => answerOrder(context, control, verb, true))
  }
  app.get('/api/v1/log-level', (context) => context.json({ level: control.logLevel }))
  app.put('/api/v1/log-level', async (context) => {
    const body = await readBody(context.env.incoming, clock, { bytes: 1_024, ms: 10_000 })
    if (!body.ok) return refusedBody(context, body)
    const level = LOG_LEVELS.find((known) => known === levelIn(body.bytes.toString()))
    if (!level) {
      return refused(
        context,
        400,
        `the body must be like {"level":"debug"}, with one of ${LOG_LEVELS.join(', ')}`,
      )
    }
    control.setLogLevel(level, whoAsks(context))
    return context.json({ level })
  })
}

function answerOrder(context: Asked, control: Control, verb: OrderVerb, isTakenBack: boolean): Response {
  const subject = context.req.param('subject') ?? ''
  if (subject.length > LONGEST_SUBJECT) return refused(context, 400, 'no pool or machine has so long a name')
  const answer = control.give({ verb, subject, isTakenBack, by: whoAsks(context) })
  if (!answer.ok) return refused(context, answer.status, answer.error)
  const warning = WARNINGS[answer.kept][isTakenBack ? 'takenBack' : 'given']
  return context.json({
    text: answer.text,
    orders: plainOrders(answer.orders),
    isKept: answer.kept === 'kept',
    ...(warning !== undefined && { warning }),
  })
}

const UNWRITTEN = 'the state file cannot be written, and the log says why'
/** What a restart makes of an order that was given, or taken back. */
const WARNINGS: Readonly<Record<Kept, { readonly given?: string; readonly takenBack?: string }>> = {
  kept: {},
  'no-file': {
    given:
      'a restart forgets it: there is no state file (--state-file, stateFile) that it could be written into',
  },
  'not-written': {
    given: `a restart forgets it: ${UNWRITTEN}`,
    takenBack: `a restart brings back what was asked for: ${UNWRITTEN}`,
  },
}

function levelIn(text: string): unknown {
  try {
    return (JSON.parse(text) as { readonly level?: unknown } | null)?.level
  } catch {
    return undefined
  }
}
