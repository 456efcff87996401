import { gzipSync } from 'node:zlib'
import { explainTask, type TickReport } from '@woodpeckers/autoscaler-core'
import { planToJson } from '../plan/plan-json.ts'
import { type App, type Asked, refused, sentJson, wholeNumber } from './answers.ts'
import { FOUND_AT_MOST, findTasks } from './find-tasks.ts'
import { hiddenJson } from './hidden-json.ts'
import type { Sight } from './sight.ts'
import { snapshotToJson } from './snapshot-json.ts'
import type { StatusText } from './status-text.ts'

const API = '/api/v1'
const EVENTS_AT_MOST = 1_000
const EVENTS_USUALLY = 100
const LONGEST_QUESTION = 200
const NOT_YET = 'there was no look yet; try again in a moment'

/** What may be read. */
export function addApi(app: App, sight: Sight, statusText: StatusText): void {
  app.get(`${API}/status`, (context) => {
    const status = sight.observer.status()
    return sentJson(context, statusText.json(status), () => statusText.gzip(status))
  })
  app.get(`${API}/history`, (context) => sentNow(context, sight, sight.observer.history()))
  app.get(`${API}/events`, (context) => answerEvents(context, sight))
  app.get(`${API}/explain`, (context) => answerExplain(context, sight))
  app.get(`${API}/machines/:name`, (context) => answerMachine(context, sight))
  const ofReport = (path: string, view: (report: TickReport) => object) =>
    app.get(`${API}/${path}`, (context) => {
      const { report } = sight.observer
      return report ? sentNow(context, sight, view(report)) : refused(context, 503, NOT_YET)
    })
  ofReport('snapshot', ({ snapshot }) => snapshotToJson(snapshot))
  ofReport('plan', planToJson)
  ofReport('holds', ({ plan }) => ({ holds: plan.holds }))
}

function answerEvents(context: Asked, sight: Sight): Response {
  const { after, limit = String(EVENTS_USUALLY) } = context.req.query()
  const most = wholeNumber(limit, 1, EVENTS_AT_MOST)
  if (most === undefined) return refused(context, 400, `limit must be a number from 1 to ${EVENTS_AT_MOST}`)
  const from = after === undefined ? undefined : wholeNumber(after, 0, Number.MAX_SAFE_INTEGER)
  if (after !== undefined && from === undefined)
    return refused(context, 400, 'after must be the seq of an event, or 0')
  return sentNow(context, sight, { events: sight.observer.events(from, most) })
}

function answerExplain(context: Asked, sight: Sight): Response {
  const what = context.req.query('task') ?? ''
  if (what.trim() === '' || what.length > LONGEST_QUESTION) {
    const error = `task must be a pipeline's number, the id of a task, repo#number or a part of the title, of ${LONGEST_QUESTION} characters at most`
    return refused(context, 400, error)
  }
  const { report } = sight.observer
  if (!report) return refused(context, 503, NOT_YET)
  const { queue } = report.snapshot
  if (!queue.ok) return refused(context, 503, `the queue cannot be read: ${sight.hide(queue.error.message)}`)
  const found = findTasks(what, queue.value.tasks)
  const explanations = found.slice(0, FOUND_AT_MOST).flatMap(({ id }) => explainTask(id, report) ?? [])
  return sentNow(context, sight, {
    at: report.snapshot.takenAt,
    explanations,
    more: Math.max(found.length - FOUND_AT_MOST, 0),
  })
}

function answerMachine(context: Asked, sight: Sight): Response {
  const view = sight.observer.machine(context.req.param('name') ?? '')
  if (!view.machine && !view.bar && view.events.length === 0)
    return refused(context, 404, 'nobody remembers such a machine')
  return sentNow(context, sight, view)
}

/** Made for this one answer. */
function sentNow(context: Asked, { hide }: Sight, view: object): Response {
  const json = Buffer.from(hiddenJson(view, hide))
  return sentJson(context, json, () => gzipSync(json, { level: 3 }))
}
