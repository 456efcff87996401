import { afterEach, expect, test } from 'vitest'
import { type ServedWoodpecker, serveWoodpecker } from '../woodpecker/http/serve-woodpecker.ts'
import { adminToken } from '../woodpecker/settings.ts'
import { recordedStates } from './recorded-states.ts'
import { readRecording } from './recording.ts'
import { Stage } from './stage.ts'

interface Exchange {
  readonly request: {
    readonly method: string
    readonly path: string
    readonly authorization?: string | null
    readonly json?: unknown
    readonly text?: string
  }
  readonly response: {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly json?: unknown
    readonly text?: string
  }
}

let served: ServedWoodpecker | undefined
afterEach(() => served?.close())

test.each(recordedStates)('answers as recorded: %s', async (file, prepare) => {
  const { request, response }: Exchange = readRecording(`${file}.json`)
  const stage = new Stage({ version: 'dev' })
  await prepare(stage)
  served = await serveWoodpecker(stage.server)
  const answer = await fetch(served.url + request.path, {
    method: request.method,
    headers: headersOf(request),
    ...(request.json === undefined ? {} : { body: JSON.stringify(request.json) }),
    ...(request.text === undefined ? {} : { body: request.text }),
  })
  const body = await answer.text()
  expect(answer.status).toBe(response.status)
  const shown = (name: string) => answer.headers.get(name) ?? undefined
  for (const name of ['cache-control', 'content-type', 'x-woodpecker-version']) {
    expect([name, shown(name)]).toEqual([name, response.headers[name]])
  }
  if (response.json !== undefined) {
    expect(shapeOf(JSON.parse(body))).toEqual(shapeOf(response.json))
    if (file.startsWith('queue_info'))
      expect(tasksOf(JSON.parse(body))).toEqual(tasksOf(response.json as Record<string, unknown>))
  } else if (file !== 'error_unknown_api_path') expect(body).toBe(response.text)
})

test('pages as recorded', async () => {
  const { pages } = readRecording('agents_pagination.json')
  const stage = new Stage()
  for (let i = 0; i < 65; i++) stage.server.records.create({ name: '', no_schedule: false }, 1)
  for (const id of [1, 5]) stage.server.records.delete(id)
  served = await serveWoodpecker(stage.server)
  for (const [path, wanted] of Object.entries(pages)) {
    const answer = await fetch(served.url + path, { headers: { Authorization: `Bearer ${adminToken}` } })
    const rows = (await answer.json()) as { id: number }[] | null
    expect([path, rows && { count: rows.length, first_id: rows[0]!.id }]).toEqual([path, wanted])
  }
})

function headersOf(request: Exchange['request']): Record<string, string> {
  const who = request.authorization ?? ''
  const token = who.includes('of an admin') ? adminToken : who.includes('non-admin') ? 'dev-token' : who
  // One recording leaves the header out of its notes.
  const bearer = request.authorization === undefined ? adminToken : token
  return {
    ...(bearer === '' ? {} : { Authorization: `Bearer ${bearer.replaceAll(/[^\w-]/g, '')}` }),
    ...(request.json === undefined && request.text === undefined
      ? {}
      : { 'Content-Type': 'application/json' }),
  }
}

/** Names and types, not values; of a list, those of its elements. Labels may differ. */
function shapeOf(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return [...new Set(value.map((item) => JSON.stringify(shapeOf(item))))].sort()
  if (value === null || typeof value !== 'object') return key === 'custom_labels' ? 'labels' : typeof value
  if (key === 'custom_labels' || key === 'dep_status' || key === 'labels') return 'labels'
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, item]) => [name, shapeOf(item, name)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

/** All of a queue but times, and what the recorded workflows were called after. */
function tasksOf(info: Record<string, unknown>): unknown {
  const own = (labels: Record<string, string>) =>
    Object.fromEntries(Object.entries(labels).filter(([key]) => !key.startsWith('woodpecker-ci.org/')))
  const bare = (tasks: unknown) =>
    (tasks as Record<string, unknown>[]).map(({ created: _, labels, ...task }) => ({
      ...task,
      labels: own(labels as Record<string, string>),
    }))
  const { pending, waiting_on_deps, running, ...rest } = info
  return { ...rest, pending: bare(pending), waiting_on_deps: bare(waiting_on_deps), running: bare(running) }
}
