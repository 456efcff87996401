import { useComputed } from '@preact/signals'
import type { VNode } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { clip } from '../format/clip.ts'
import { phaseWords } from './bar-words.ts'
import { drawBars } from './draw-bars.ts'
import { chooseByKey } from './keyboard.ts'
import type { TimelineState } from './timeline-state.ts'

/** Each machine as a bar from its creation to its end. Arrow keys choose, Enter opens; the table tells the same. */
export function MachineBars({ timeline }: { readonly timeline: TimelineState }): VNode {
  const scroller = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const spacer = useRef<HTMLDivElement>(null)
  const help = useId()
  useEffect(
    () =>
      drawBars({ scroller: scroller.current!, canvas: canvas.current!, spacer: spacer.current! }, timeline),
    [timeline],
  )
  const chosen = useComputed(() => {
    const selection = timeline.selection.value
    const bar = selection && timeline.history.value.machines.find(({ name }) => name === selection.name)
    if (!bar) return ''
    return `${clip(bar.name, 60).shown}, ${phaseWords(bar, selection.phase, timeline.now.peek())}`
  })
  return (
    <>
      <div
        ref={scroller}
        class="bars"
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes arrow keys, as `application` says.
        tabIndex={0}
        aria-label="Machines over time"
        aria-describedby={help}
        onKeyDown={(event) => chooseByKey(event, timeline, scroller.current!)}
      >
        <canvas ref={canvas} />
        <div ref={spacer} />
      </div>
      <p id={help} class="unseen">
        Arrow keys choose a machine and what it did, Enter opens its story. The same is told by the table.
      </p>
      <p class="chosen" aria-live="polite">
        {chosen}
      </p>
    </>
  )
}
