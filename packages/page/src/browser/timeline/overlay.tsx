import { Fragment, type VNode } from 'preact'
import { clip } from '../format/clip.ts'
import { preciseDuration } from '../format/duration.ts'
import { clockTime } from '../format/moment.ts'
import { phaseAt } from './bar-search.ts'
import { phaseWords, timeSpent } from './bar-words.ts'
import { doings } from './doing.ts'
import { tickWords, timeTicks } from './time-ticks.ts'
import { GUTTER, type TimelineState } from './timeline-state.ts'

/** The times along the axis that all charts share. */
export function TimeAxis({ timeline }: { readonly timeline: TimelineState }): VNode {
  const { fromAt, toAt } = timeline.window.value
  const width = timeline.width.value
  return (
    <svg class="time-axis" aria-hidden="true">
      {timeTicks({ fromAt, toAt }, width).map((at) => (
        <text key={at} x={((at - fromAt) / (toAt - fromAt)) * width} y="12">
          {tickWords(at)}
        </text>
      ))}
    </svg>
  )
}

/** A line at the pointer's time, through everything, and what is under the pointer in words. */
export function Pointed({ timeline }: { readonly timeline: TimelineState }): VNode | null {
  const hover = timeline.hover.value
  if (!hover) return null
  const { at, x, y, bar } = hover
  const isRight = x > (timeline.width.value + GUTTER) / 2
  const now = timeline.now.peek()
  return (
    <div class="pointed" aria-hidden="true">
      <div class="crosshair" style={{ transform: `translateX(${x}px)` }} />
      <div
        class={isRight ? 'tip left' : 'tip'}
        style={{ transform: `translate(${x}px, ${y}px)${isRight ? ' translateX(-100%)' : ''}` }}
      >
        {bar ? (
          <>
            <strong>{clip(bar.name, 60).shown}</strong>
            <span>{phaseWords(bar, phaseAt(bar, at), now)}</span>
            <dl>
              {[...timeSpent(bar, now)].map(([doing, ms]) => (
                <Fragment key={doing}>
                  <dt>{doings[doing].word}</dt>
                  <dd>{preciseDuration(ms)}</dd>
                </Fragment>
              ))}
            </dl>
            {bar.offering && <span class="muted">{clip(bar.offering, 60).shown}</span>}
          </>
        ) : (
          <span>{clockTime(at)}</span>
        )}
      </div>
    </div>
  )
}
