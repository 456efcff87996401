import type { MachineBar } from '@woodpeckers/autoscaler-observer'
import { expect, test } from 'vitest'
import { layoutBars } from './bar-layout.ts'
import { barRectangles } from './bar-rectangles.ts'
import { barAt, phaseAt, phaseSpans } from './bar-search.ts'
import { phaseWords, timeSpent } from './bar-words.ts'
import { createLaneScale } from './lane-scale.ts'
import { moveSelection } from './selection.ts'

type Doing = MachineBar['phases'][number]['doing']

function aBar(
  name: string,
  fromAt: number,
  toAt?: number,
  pool = 'a',
  phases: readonly (readonly [number, Doing])[] = [[fromAt, 'busy']],
): MachineBar {
  return {
    name,
    pool,
    fromAt,
    ...(toAt !== undefined && { toAt }),
    phases: phases.map(([at, doing]) => ({ fromAt: at, doing })),
  }
}

const names = ({ lanes }: ReturnType<typeof layoutBars>): readonly (readonly string[])[] =>
  lanes.map((lane) => lane.map(({ name }) => name))

test('machines share a lane where none is beside another, and the next one takes the first that is free', () => {
  const layout = layoutBars([aBar('c', 6, 8), aBar('a', 0, 5), aBar('b', 2), aBar('d', 7, 9)], ['a'])
  expect(names(layout)).toEqual([['a', 'c'], ['b'], ['d']])
})

test('pools stand together in their order, those without a machine not at all', () => {
  const layout = layoutBars(
    [aBar('x', 0, 1, 'b'), aBar('y', 0, 1, 'a'), aBar('z', 0, 1, 'gone')],
    ['a', 'none', 'b'],
  )
  expect(layout.groups.map(({ pool, firstLane }) => [pool, firstLane])).toEqual([
    ['a', 0],
    ['b', 1],
    ['gone', 2],
  ])
})

test('nothing jumps when a machine is forgotten or comes', () => {
  const before = layoutBars([aBar('old', 0, 5), aBar('b', 2), aBar('c', 3)], ['a'])
  const after = layoutBars([aBar('b', 2), aBar('c', 3), aBar('new', 9), aBar('newer', 10)], ['a'], before)
  expect(names(after)).toEqual([['new'], ['b'], ['c'], ['newer']])
  const refilled = layoutBars([aBar('old', 0, 5), aBar('b', 2), aBar('new', 9)], ['a'], before)
  expect(names(refilled)).toEqual([['old', 'new'], ['b']])
})

const viewport = { fromAt: 0, toAt: 100, width: 200, height: 100, scrollTop: 0, now: 90 }

test('only what is in the window and in view becomes rectangles, cut to the window', () => {
  const bars = [
    aBar('before', -50, -10),
    aBar('into', -50, 10),
    aBar('open', 60, undefined, 'a', [
      [60, 'booting'],
      [70, 'busy'],
    ]),
    aBar('after', 200, 300),
  ]
  const layout = layoutBars(bars, ['a'])
  const { busy, booting } = barRectangles(layout, createLaneScale(layout, 1), viewport)
  expect(lefts(busy).toSorted()).toEqual(['0+20', '140+40'])
  expect(lefts(booting)).toEqual(['120+20'])
  const below = barRectangles(layout, createLaneScale(layout, 1), { ...viewport, scrollTop: 500 })
  expect(below.busy).toEqual([])
})

test('a lane never has more rectangles than pixels, however often a machine changed what it does', () => {
  const phases = Array.from({ length: 10_000 }, (_, at) => [at / 100, at % 2 ? 'busy' : 'idle'] as const)
  const layout = layoutBars([aBar('x', 0, 100, 'a', phases)], ['a'])
  const found = barRectangles(layout, createLaneScale(layout, 1), viewport)
  expect((found.busy.length + found.idle.length) / 4).toBeLessThanOrEqual(200)
  expect(found.busy.length + found.idle.length).toBeGreaterThan(4 * 90)
})

function lefts(numbers: readonly number[]): readonly string[] {
  return numbers.flatMap((number, at) => (at % 4 === 0 ? [`${number}+${numbers[at + 2]}`] : []))
}

test('a lane is found where it is painted, and no lane at a heading', () => {
  const bars = Array.from({ length: 40 }, (_, at) => aBar(`m${at}`, 0, undefined, at < 30 ? 'a' : 'b'))
  const layout = layoutBars(bars, ['a', 'b'])
  const scale = createLaneScale(layout, 1)
  for (let lane = 0; lane < 40; lane++) expect(scale.laneAt(scale.top(lane) + 1)).toBe(lane)
  expect(scale.laneAt(scale.headingTop(1) + 3)).toBeUndefined()
  expect(scale.laneAt(scale.totalHeight + 50)).toBeUndefined()
  expect(scale.visible(scale.top(10), 1)).toEqual([10, 10])
})

test('a bar thinner than a finger is found beside it too', () => {
  const lane = [aBar('x', 0, 5), aBar('y', 50, 51)]
  expect(barAt(lane, 48, 3)?.name).toBe('y')
  expect(barAt(lane, 48, 1)).toBeUndefined()
  expect(barAt(lane, 2, 0)?.name).toBe('x')
})

const lived = aBar('x', 0, 100, 'a', [
  [0, 'booting'],
  [10, 'busy'],
  [80, 'idle'],
])

test('phases end where the next begins, the last with the machine, and that of one that is there goes on', () => {
  expect(phaseSpans(lived, 500).map(({ toAt, isOpen }) => [toAt, isOpen])).toEqual([
    [10, false],
    [80, false],
    [100, false],
  ])
  expect(phaseSpans(aBar('y', 7), 500)[0]).toMatchObject({ toAt: 500, isOpen: true })
  expect(phaseAt(lived, 79)).toBe(1)
  expect(phaseAt(lived, -5)).toBe(0)
})

test('what a machine did is told in words, and summed up', () => {
  expect(phaseWords(aBar('y', 0), 0, 200_000)).toMatch(/^busy since \d\d:\d\d, 3 min 20 s$/)
  expect(phaseWords(lived, 2, 500)).toMatch(/^idle \d\d:\d\d to \d\d:\d\d, 0 s$/)
  expect(phaseWords(aBar('y', 0, 1, 'a', []), 0, 9)).toBe('nothing seen yet')
  expect(Object.fromEntries(timeSpent(lived, 500))).toEqual({ booting: 10, busy: 70, idle: 20 })
})

test('arrow keys go through phases, machines and lanes, and stay at the ends', () => {
  const layout = layoutBars([lived, aBar('later', 120), aBar('below', 40, 90)], ['a'])
  const walk = (...steps: readonly Parameters<typeof moveSelection>[2][]) =>
    steps.reduce<ReturnType<typeof moveSelection>>(
      (at, step) => moveSelection(layout, at, step, 150),
      undefined,
    )
  expect(walk('down')).toEqual({ name: 'later', phase: 0 })
  expect(walk('down', 'right')).toEqual({ name: 'later', phase: 0 })
  expect(walk('down', 'left')).toEqual({ name: 'x', phase: 2 })
  expect(walk('down', 'left', 'left', 'left', 'left')).toEqual({ name: 'x', phase: 0 })
  expect(walk('down', 'left', 'down')).toEqual({ name: 'below', phase: 0 })
  expect(walk('down', 'left', 'down', 'up')).toEqual({ name: 'x', phase: 1 })
  expect(walk('down', 'down', 'down')).toEqual({ name: 'below', phase: 0 })
  expect(walk('down', 'first')).toEqual({ name: 'x', phase: 0 })
  expect(walk('down', 'first', 'last')).toEqual({ name: 'later', phase: 0 })
})

test('without any machine there is nothing to choose, and one that is forgotten is chosen no more', () => {
  expect(moveSelection(layoutBars([], ['a']), undefined, 'down', 0)).toBeUndefined()
  const layout = layoutBars([aBar('x', 0)], ['a'])
  expect(moveSelection(layout, { name: 'gone', phase: 3 }, 'left', 5)).toEqual({ name: 'x', phase: 0 })
})
