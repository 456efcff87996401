import { expect, test } from 'vitest'
import { generateTrace } from '../generate/generate-trace.ts'
import { readTrace, TraceError, type TraceReading } from './read-trace.ts'
import { traceText } from './trace-text.ts'

const HEAD = '{"version":1,"startAt":"2026-01-05T00:00:00Z"}'
const line = (atMs: unknown, more = '') => `{"atMs":${atMs},"labels":{"repo":"a/b"},"durationMs":5${more}}`

function problemsOf(read: () => TraceReading): readonly string[] {
  try {
    read()
  } catch (error) {
    if (error instanceof TraceError) return error.problems.map(({ where, what }) => `${where}: ${what}`)
    throw error
  }
  return []
}

test('what is written is read again', () => {
  const trace = generateTrace({ kind: 'bursty', jobs: 50, seed: 1 })
  expect(readTrace(traceText(trace))).toEqual({ trace, problems: [] })
})

test('one JSON document is read as well as lines', () => {
  const trace = generateTrace({ kind: 'nightly', jobs: 5, seed: 1 })
  const document = { ...trace, startAt: new Date(trace.startAt).toISOString() }
  expect(readTrace(JSON.stringify(document, undefined, 2)).trace).toEqual(trace)
})

test('each broken line is named by its number', () => {
  const text = [HEAD, line(1), 'not json', '', line(-3), line('"soon"'), line(4)].join('\n')
  const problems = problemsOf(() => readTrace(text))
  expect(problems.map((problem) => problem.split(':')[0])).toEqual(['line 3', 'line 5', 'line 6'])
  expect(problems[1]).toContain('atMs')
})

test('leniently, broken lines are left out and told', () => {
  const { trace, problems } = readTrace([HEAD, line(1), 'not json', line(4)].join('\n'), { lenient: true })
  expect(trace.arrivals.map(({ atMs }) => atMs)).toEqual([1, 4])
  expect(problems).toEqual([{ where: 'line 3', what: 'it is no JSON' }])
})

test('times out of order are refused, or leniently put in their place', () => {
  const text = [HEAD, line(5), line(3), line(9)].join('\n')
  expect(problemsOf(() => readTrace(text))).toEqual(['line 3: it came before the one above it'])
  const { trace } = readTrace(text, { lenient: true })
  expect(trace.arrivals.map(({ atMs }) => atMs)).toEqual([3, 5, 9])
})

test('unknown fields are refused, or leniently left out without losing their line', () => {
  const text = [HEAD, line(1, ',"token":"secret"')].join('\n')
  expect(problemsOf(() => readTrace(text))[0]).toContain('line 2')
  const { trace, problems } = readTrace(text, { lenient: true })
  expect(trace.arrivals).toEqual([{ atMs: 1, labels: { repo: 'a/b' }, durationMs: 5 }])
  expect(problems).toHaveLength(1)
})

test.each([
  ['an empty file', ''],
  ['another version', '{"version":2}'],
  ['no version', line(1)],
  ['a picture', '\u0089PNG'],
])('%s is refused, leniently too', (_, text) => {
  expect(problemsOf(() => readTrace(text, { lenient: true }))[0]).toMatch(/^line 1: /)
})

test('a recording has its jobs in the order of their ends, and says how far it went', () => {
  const head = '{"version":1,"startAt":"2026-01-05T00:00:00Z","order":"end","source":"live","names":"hashed"}'
  const { trace, problems } = readTrace([head, line(5), line(3), '{"untilMs":900}'].join('\n'))
  expect(problems).toEqual([])
  expect(trace.arrivals.map(({ atMs }) => atMs)).toEqual([3, 5])
  expect(trace.spanMs).toBe(900)
})

test('two jobs of one id are refused, or leniently the first one counts', () => {
  const text = [HEAD, line(1, ',"id":"a"'), line(2, ',"id":"a"')].join('\n')
  expect(problemsOf(() => readTrace(text))).toEqual(['line 3: another one has its id "a"'])
  expect(readTrace(text, { lenient: true }).trace.arrivals).toHaveLength(1)
})

test('labels that are huge or many are refused', () => {
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`l${at}`, 'x']))
  const text = [
    HEAD,
    JSON.stringify({ atMs: 1, labels: { repo: 'x'.repeat(10_000) }, durationMs: 1 }),
    JSON.stringify({ atMs: 2, labels: many, durationMs: 1 }),
  ].join('\n')
  expect(problemsOf(() => readTrace(text))).toHaveLength(2)
})

test('a file of thousands of broken lines names twenty of them in its message', () => {
  const text = [HEAD, ...Array.from({ length: 5_000 }, () => 'x')].join('\n')
  expect(() => readTrace(text)).toThrow(/line 21: it is no JSON\n {2}and 4980 more$/)
})
