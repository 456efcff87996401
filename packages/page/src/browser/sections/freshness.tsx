import type { VNode } from 'preact'
import { duration } from '../format/duration.ts'
import { clockTime } from '../format/moment.ts'
import type { PageState } from '../state/page-state.ts'

const STALE_MS = 60_000

/** Whether the page is live, and how old what it shows is. */
export function Freshness({ state }: { readonly state: PageState }): VNode {
  const { status, receivedAt } = state.data.value
  const connection = state.connection.value
  const clock = state.clock.value
  const age = receivedAt === undefined ? undefined : clock - receivedAt
  const isStale = connection.kind !== 'live' || (age ?? 0) > STALE_MS
  return (
    <p class={`freshness ${connection.kind}${isStale ? ' stale' : ''}`}>
      <i class="dot" aria-hidden="true" />
      <span role="status">{words(connection.kind)}</span>
      {status && age !== undefined && (
        <span class="muted">
          {' '}
          as of <time dateTime={new Date(status.at).toISOString()}>{clockTime(status.at)}</time>,{' '}
          {duration(age)} ago
        </span>
      )}
    </p>
  )
}

function words(kind: PageState['connection']['value']['kind']): string {
  switch (kind) {
    case 'live':
      return 'Live'
    case 'connecting':
      return 'Connecting'
    case 'lost':
      return 'Disconnected'
    case 'locked':
      return 'Locked'
    default:
      return kind satisfies never
  }
}
