import { ManualClock } from '@woodpeckers/autoscaler-core/testing'
import { expect, test } from 'vitest'
import { demo } from '../commands/demo.ts'
import { systemSurroundings } from '../surroundings.ts'
import { fastClock } from './fast-clock.ts'
import { History } from './history.ts'
import { drawPicture } from './picture.ts'

test('a fast clock counts, and rings, as many times as fast', async () => {
  const slow = new ManualClock()
  const fast = fastClock(slow, 10)
  const startedAt = fast.now()
  let rangAt = 0
  fast.startTimer(60_000, () => {
    rangAt = fast.now()
  })
  await slow.advance(5_900)
  expect(rangAt).toBe(0)
  await slow.advance(200)
  expect(rangAt - startedAt).toBe(60_000)
})

test('the demo runs all its jobs, shows why, and ends with nothing left', { timeout: 90_000 }, async () => {
  let text = ''
  const surroundings = systemSurroundings()
  const code = await demo({
    ...surroundings,
    // Faster still than people would want to watch.
    clock: fastClock(surroundings.clock, 3),
    env: {},
    stdout: {
      write: (more) => {
        text += more
      },
    },
    flags: {},
    provider: undefined,
    operands: [],
    switches: {},
  })
  expect(code).toBe(0)
  expect(text).toContain('jobs      19, of which 19 are done')
  expect(text).toMatch(/launch ×4: no free slot takes acme\/shop#1/)
  expect(text).toMatch(/cordon \w+: idle for \d+(?:\.\d+)?s, and drained by its timeout of 1m/)
})

test('the picture has a bar for each machine, from its launch to its end', () => {
  const history = new History(10_000)
  const plain = (text: string) => text
  const style = { title: plain, good: plain, bad: plain, warning: plain, name: plain, quiet: plain }
  history.tracks.push({
    name: 'pool-1-agent-ab12cd',
    from: 1,
    states: ['booting', 'busy', 'busy', 'drained'],
  })
  history.waiting.push(0, 3, 0, 0, 0)
  const lines = drawPicture(history, { title: 'demo', facts: [], reasons: [] }, style, {
    columns: 60,
    rows: 30,
  })
  expect(lines[2]).toBe('waiting      ▃   ')
  expect(lines[3]).toBe('ab12cd       ░██▒')
})

test('no line of the picture is wider than the terminal', () => {
  const plain = (text: string) => text
  const style = { title: plain, good: plain, bad: plain, warning: plain, name: plain, quiet: plain }
  const long = 'word '.repeat(40)
  const history = new History(10_000)
  history.waiting.push(...Array<number>(200).fill(1))
  const lines = drawPicture(history, { title: long, facts: [long], reasons: [long] }, style, {
    columns: 80,
    rows: 24,
  })
  for (const line of lines) expect(line.length).toBeLessThan(80)
})
