import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { Site } from '../a-site.test-setup.ts'
import { HOLD_CAUSES, isAlarming } from '../events/hold-levels.ts'
import { Metrics } from '../metrics/index.ts'
import { type Expression, expressionsIn } from './expressions.test-setup.ts'

const file = (name: string): string =>
  readFileSync(new URL(`../../../../examples/monitoring/${name}`, import.meta.url), 'utf8')

/** What Prometheus adds to all that it scrapes, and to histograms. */
const ADDED = ['instance', 'job', 'le']

/** By name: its labels, with the values that a run exported. */
let exported: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>

beforeAll(async () => {
  await using site = new Site({ pool: { min: 1, max: 2 } }, {})
  site.world.start()
  site.world.server.addTasks(4, { durationMs: 60_000 })
  await site.world.seconds(50)
  for (const target of ['server', 'hetznercloud']) {
    site.metrics.observeCall({ target, operation: 'readQueue', result: 'ok', tookMs: 10 })
    site.metrics.observeBudget(target, 100)
  }
  const text = `${await site.metrics.text()}\n${await new Metrics({ clock: site.world.clock, version: '1' }).text()}`
  exported = seriesOf(text)
})

function seriesOf(text: string): typeof exported {
  const found = new Map<string, Map<string, Set<string>>>()
  for (const [, name = '', labels = ''] of text.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)) {
    const known = found.get(name) ?? new Map<string, Set<string>>()
    found.set(name, known)
    for (const [, label = '', value = ''] of labels.matchAll(/(\w+)="([^"]*)"/g))
      known.set(label, (known.get(label) ?? new Set()).add(value))
  }
  return found
}

function unknownOf({ names, labels, values }: Expression): readonly string[] {
  const of = (name: string) => exported.get(name) ?? new Map<string, ReadonlySet<string>>()
  const isLabel = (label: string) => ADDED.includes(label) || names.some((name) => of(name).has(label))
  const isValue = (label: string, value: string) =>
    names.some((name) => of(name).get(label)?.has(value)) ||
    (HOLD_CAUSES as readonly string[]).includes(value)
  return [
    ...names.filter((name) => !exported.has(name)),
    ...labels.filter((label) => !isLabel(label)),
    ...values.filter(([label, value]) => !isValue(label, value)).map((pair) => pair.join('=')),
  ]
}

/** Errors of calls come as they come. */
const UNSEEN = ['result=offering-unavailable', 'result=queue-needs-agent']

describe.each(['dashboard.json', 'alerts.yaml'])('%s', (name) => {
  test('uses only names, labels and values that there are', () => {
    const expressions = expressionsIn(file(name))
    expect(expressions.length).toBeGreaterThan(10)
    const unknown = expressions.flatMap((each) => unknownOf(each).map((what) => `${what} in ${each.text}`))
    expect(unknown.filter((text) => !UNSEEN.some((each) => text.startsWith(each)))).toEqual([])
  })
})

test('the alarming holds of the dashboard are those that the log warns of', () => {
  const [, causes = ''] = /holds\{[^}]*cause=~\\"([^"\\]+)\\"/.exec(file('dashboard.json')) ?? []
  expect(causes.split('|').toSorted()).toEqual(HOLD_CAUSES.filter(isAlarming).toSorted())
})

test('a name, a label and a value that there are not are found', () => {
  const [wrong] = expressionsIn(
    JSON.stringify({
      expr: 'sum by (pol) (woodpecker_autoscaler_tasks{state="pendig",stat="x"}) + woodpecker_autoscaler_none',
    }),
  )
  expect(unknownOf(wrong!)).toEqual(['woodpecker_autoscaler_none', 'pol', 'stat', 'state=pendig', 'stat=x'])
})
