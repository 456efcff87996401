import { useComputed } from '@preact/signals'
import type { Sample } from '@woodpeckers/autoscaler-observer'
import type { VNode } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type uPlot from 'uplot'
import { Clipped } from '../parts/clipped.tsx'
import { onThemeChange } from '../parts/theme.ts'
import { chartData, createAreaChart } from './area-chart.ts'
import { areaTotals } from './area-totals.ts'
import { drawOnChange } from './on-frame.ts'
import { readPalette } from './palette.ts'
import { sampleAt, stackSamples } from './stack-samples.ts'
import { GUTTER, type TimelineState } from './timeline-state.ts'

interface PoolAreasProps {
  readonly timeline: TimelineState
  /** Its place in `HistoryView.pools`. */
  readonly pool: number
  readonly height: number
}

/** What one pool was asked for, and what it had: the numbers at the pointer, and the chart. */
export function PoolAreas({ timeline, pool, height }: PoolAreasProps): VNode {
  const host = useRef<HTMLDivElement>(null)
  useEffect(() => drawAreas(host.current!, timeline, pool, height), [timeline, pool, height])
  const numbers = useComputed(() => {
    const { samples } = timeline.history.value
    return areaTotals(sampleAt(samples, timeline.hover.value?.at ?? timeline.window.value.toAt), pool)
  })
  return (
    <section class="pool-areas">
      <h3>
        <Clipped text={timeline.history.value.pools[pool] ?? ''} most={40} />
      </h3>
      <p class="numbers muted">{numbers}</p>
      <div ref={host} class="chart" aria-hidden="true" />
    </section>
  )
}

function drawAreas(host: HTMLElement, timeline: TimelineState, pool: number, height: number): () => void {
  let palette = readPalette(host)
  let chart: uPlot | undefined
  let drawn: readonly Sample[] | undefined
  const draw = (): void => {
    const width = timeline.width.value
    if (width <= 0) return
    chart ??= createAreaChart(host, { width, height, palette: () => palette })
    const { fromAt, toAt } = timeline.window.value
    const samples = timeline.samples.value
    const isOther = samples !== drawn
    drawn = samples
    chart.batch(() => {
      if (chart!.width !== width + GUTTER) chart!.setSize({ width: width + GUTTER, height })
      if (isOther) chart!.setData(chartData(stackSamples(samples, pool, timeline.gapMs.value)), false)
      chart!.setScale('x', { min: fromAt / 1000, max: toAt / 1000 })
    })
  }
  const endDrawing = drawOnChange(
    () => [timeline.window.value, timeline.samples.value, timeline.width.value],
    draw,
  )
  const endTheme = onThemeChange(() => {
    palette = readPalette(host)
    chart?.redraw(false)
  })
  return () => {
    endDrawing()
    endTheme()
    chart?.destroy()
  }
}
