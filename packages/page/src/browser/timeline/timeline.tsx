import { useSignal } from '@preact/signals'
import type { VNode } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Empty } from '../parts/panel.tsx'
import { BarsTable } from './bars-table.tsx'
import { Legend } from './legend.tsx'
import { MachineBars } from './machine-bars.tsx'
import { Pointed, TimeAxis } from './overlay.tsx'
import { followPointer } from './pointer.ts'
import { PoolAreas } from './pool-areas.tsx'
import { GUTTER, type TimelineState } from './timeline-state.ts'

/** The last hours: demand and supply of each pool, and below them the machines. */
export function Timeline({ timeline }: { readonly timeline: TimelineState }): VNode {
  const body = useRef<HTMLDivElement>(null)
  const isTable = useSignal(false)
  useEffect(() => {
    const element = body.current!
    const sizes = new ResizeObserver(([entry]) => {
      if (entry) timeline.width.value = Math.max(0, Math.floor(entry.contentRect.width) - GUTTER)
    })
    sizes.observe(element)
    const endPointer = followPointer(element, timeline)
    return () => {
      sizes.disconnect()
      endPointer()
    }
  }, [timeline])
  const { pools, machines } = timeline.history.value
  return (
    <>
      <Legend />
      <div ref={body} class="timeline-body">
        {pools.map((pool, place) => (
          <PoolAreas key={pool} timeline={timeline} pool={place} height={pools.length > 3 ? 64 : 88} />
        ))}
        <TimeAxis timeline={timeline} />
        {machines.length === 0 ? (
          <Empty>
            Each machine will be a bar here, from its creation to its end, coloured by what it does. There was
            none yet.
          </Empty>
        ) : (
          <MachineBars timeline={timeline} />
        )}
        <Pointed timeline={timeline} />
      </div>
      {machines.length > 0 && (
        <>
          <button
            type="button"
            class="link as-table"
            aria-expanded={isTable.value}
            onClick={() => {
              isTable.value = !isTable.value
            }}
          >
            {isTable.value ? 'Hide the table' : 'Show as a table'}
          </button>
          {isTable.value && <BarsTable timeline={timeline} />}
        </>
      )}
    </>
  )
}
