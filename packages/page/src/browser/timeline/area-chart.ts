import uPlot from 'uplot'
import { hatch } from './hatch.ts'
import type { Palette } from './palette.ts'
import type { Stack } from './stack-samples.ts'
import { timeTicks } from './time-ticks.ts'
import { GUTTER } from './timeline-state.ts'

export interface AreaChartOptions {
  readonly width: number
  readonly height: number
  readonly palette: () => Palette
}

/** Demand and supply of one pool over time: areas on one another, and a line for what is wanted. */
export function createAreaChart(parent: HTMLElement, options: AreaChartOptions): uPlot {
  const { width, height, palette } = options
  const paths = uPlot.paths.stepped!({ align: 1 })
  const area = (fill: (palette: Palette) => string | CanvasPattern): uPlot.Series => ({
    paths,
    width: 0,
    points: { show: false },
    // uPlot's types know no patterns; the canvas that it hands the value to does.
    fill: () => fill(palette()) as string,
  })
  return new uPlot(
    {
      width: width + GUTTER,
      height,
      padding: [6, 0, 3, 0],
      cursor: { show: false },
      legend: { show: false },
      scales: {
        x: { time: false, auto: false },
        y: { range: (_, __, most) => [0, Math.max(2, Math.ceil((most ?? 0) * 1.08))] },
      },
      axes: [
        {
          size: 0,
          ticks: { show: false },
          values: () => [],
          grid: { stroke: () => palette().line, width: 1 },
          splits: (_, __, from, to) =>
            timeTicks({ fromAt: from * 1000, toAt: to * 1000 }, width).map((at) => at / 1000),
        },
        {
          size: GUTTER,
          gap: 4,
          space: 22,
          incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000],
          stroke: () => palette().muted,
          font: '11px Inter, system-ui, sans-serif',
          ticks: { show: false },
          grid: { stroke: () => palette().line, width: 1 },
        },
      ],
      hooks: { draw: [(chart) => drawWanted(chart, palette().text)] },
      series: [
        {},
        area((colours) => hatch(colours.unmet)),
        area(({ doing }) => doing.booting),
        area(({ doing }) => doing.idle),
        area(({ doing }) => doing.draining),
        area(({ doing }) => doing.busy),
      ],
    },
    [[], [], [], [], [], []],
    parent,
  )
}

/** In the order of the chart's series. */
export function chartData({ atSeconds, wanted, booting, idle, draining, busy }: Stack): uPlot.AlignedData {
  return [atSeconds, wanted, booting, idle, draining, busy].map((column) => [
    ...column,
  ]) as unknown as uPlot.AlignedData
}

/** A line for what is wanted, where any task waits: elsewhere it would only trace what is busy. */
function drawWanted(chart: uPlot, colour: string): void {
  const [times, wanted, , , , busy] = chart.data
  const { min = 0, max = 0 } = chart.scales['x']!
  if (!times || !wanted || !busy || min === null || max === null) return
  const { ctx: context, bbox: box } = chart
  const from = Math.max(0, chart.valToIdx(min) - 1)
  const to = Math.min(times.length - 1, chart.valToIdx(max) + 1)
  context.save()
  context.beginPath()
  context.rect(box.left, 0, box.width, chart.ctx.canvas.height)
  context.clip()
  context.beginPath()
  let isDown = false
  for (let place = from; place < to; place++) {
    const level = wanted[place] ?? 0
    const isWaiting = level > (busy[place] ?? 0)
    if (isWaiting) {
      const y = chart.valToPos(level, 'y', true)
      const x = chart.valToPos(times[place]!, 'x', true)
      if (isDown) context.lineTo(x, y)
      else context.moveTo(x, y)
      context.lineTo(chart.valToPos(times[place + 1]!, 'x', true), y)
    }
    isDown = isWaiting
  }
  context.strokeStyle = colour
  context.lineWidth = 1.5 * uPlot.pxRatio
  context.stroke()
  context.restore()
}
