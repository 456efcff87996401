import { useSignal } from '@preact/signals'
import type { EventView } from '@woodpeckers/autoscaler-observer'
import type { VNode } from 'preact'
import { clockTime } from '../format/moment.ts'
import { Badge } from '../parts/badge.tsx'
import { Choice } from '../parts/choice.tsx'
import { Clipped } from '../parts/clipped.tsx'
import { More } from '../parts/more.tsx'
import { Empty, Panel } from '../parts/panel.tsx'
import { verbOf, withoutVerb } from './event-words.ts'

const filters = [
  ['steps', 'Steps'],
  ['holds', 'Holds'],
  ['all', 'All'],
] as const

type Filter = (typeof filters)[number][0]

/** What was decided and what came of it, the newest first. */
export function Events({ events }: { readonly events: readonly EventView[] }): VNode {
  const filter = useSignal<Filter>('steps')
  const chosen = events.filter((event) => isShown(event, filter.value)).toReversed()
  return (
    <Panel
      id="events"
      title="Recent events"
      aside={
        <Choice
          label="Which events"
          options={filters}
          value={filter.value}
          onChoose={(value) => {
            filter.value = value
          }}
        />
      }
    >
      {chosen.length === 0 ? (
        <Empty>
          Nothing of that kind yet. Each decision will be here with its reason, and what came of it.
        </Empty>
      ) : (
        <More items={chosen} first={20} what="events">
          {(shown, button) => (
            <>
              <EventList events={shown} />
              {button}
            </>
          )}
        </More>
      )}
    </Panel>
  )
}

export function EventList({ events }: { readonly events: readonly EventView[] }): VNode {
  return (
    <ol class="event-list">
      {events.map((event) => (
        <li key={event.seq}>
          <time dateTime={new Date(event.at).toISOString()}>{clockTime(event.at)}</time>
          <Badge kind={kindOf(event)}>{verbOf(event)}</Badge>
          <span>
            <Clipped text={withoutVerb(event)} most={240} />
          </span>
        </li>
      ))}
    </ol>
  )
}

/** That a step was done is news only of a launch: only then is the machine's name known. */
function isShown({ kind, action, result }: EventView, filter: Filter): boolean {
  const isHold = kind === 'hold' || kind === 'released'
  if (filter === 'steps') return !isHold && (result !== 'done' || action === 'launch')
  return filter === 'all' || isHold
}

function kindOf({ kind, result }: EventView): string {
  if (result === 'failed') return 'trouble'
  if (result === 'refused') return 'hold'
  return kind === 'order' || kind === 'hold' ? kind : 'plain'
}
