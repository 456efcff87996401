import { useComputed, useSignal } from '@preact/signals'
import type { HistoryView } from '@woodpeckers/autoscaler-observer'
import type { VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import { GiveOrders } from './parts/give-orders-context.ts'
import { OpenStory } from './parts/open-story-context.ts'
import { Panel } from './parts/panel.tsx'
import { ConnectionNotice } from './sections/connection-notice.tsx'
import { Events } from './sections/events.tsx'
import { Holds } from './sections/holds.tsx'
import { KeyFigures } from './sections/key-figures.tsx'
import { Masthead } from './sections/masthead.tsx'
import { Pools } from './sections/pools.tsx'
import { Queue } from './sections/queue.tsx'
import { SaidNotice } from './sections/said-notice.tsx'
import type { PageState, Story } from './state/page-state.ts'
import { StoryDialog } from './story/story-dialog.tsx'
import type { Api } from './stream/api.ts'
import type { GiveOrder, Order } from './stream/orders.ts'
import { OutlookControls } from './timeline/outlook-controls.tsx'
import type { Outlook } from './timeline/time-window.ts'
import { Timeline } from './timeline/timeline.tsx'
import { createTimeline } from './timeline/timeline-state.ts'

interface PageProps {
  readonly state: PageState
  readonly api: Api
  readonly giveOrder: GiveOrder
  readonly onToken: (token: string) => void
  readonly onRetry: () => void
}

const noHistory: HistoryView = { version: 1, fromAt: 0, toAt: 0, pools: [], samples: [], machines: [] }

/** The whole page. */
export function Page({ state, api, giveOrder, onToken, onRetry }: PageProps): VNode {
  const { status, events } = state.data.value
  const open = (story: Story): void => {
    state.story.value = story
  }
  const give = async (order: Order): Promise<void> => {
    state.said.value = undefined
    state.said.value = await giveOrder(order).then(
      (text) => ({ text, isRefusal: false }),
      (error: unknown) => ({ text: error instanceof Error ? error.message : String(error), isRefusal: true }),
    )
  }
  return (
    <GiveOrders.Provider value={give}>
      <OpenStory.Provider value={open}>
        <Masthead state={state} />
        <main>
          <ConnectionNotice state={state} onToken={onToken} onRetry={onRetry} />
          {status && (
            <>
              <KeyFigures status={status} />
              <TimelinePanel state={state} />
              <div class="columns">
                <div>
                  <Queue status={status} />
                  <Pools status={status} />
                </div>
                <div>
                  <Holds status={status} />
                  <Events events={events} />
                </div>
              </div>
            </>
          )}
        </main>
        <StoryDialog state={state} api={api} />
        {!state.story.value && <SaidNotice state={state} />}
      </OpenStory.Provider>
    </GiveOrders.Provider>
  )
}

const FIRST_SPAN_MS = 3_600_000
/** While the queue cannot be read there are no samples; else there is one about every 30 s. */
const GAP_MS = 5 * 60_000

function TimelinePanel({ state }: { readonly state: PageState }) {
  const history = useComputed(() => state.data.value.history ?? noHistory)
  const outlook = useSignal<Outlook>({ spanMs: FIRST_SPAN_MS })
  const timeline = useMemo(
    () =>
      createTimeline({
        history,
        now: state.serverNow,
        outlook,
        gapMs: GAP_MS,
        open: (name) => {
          state.story.value = { kind: 'machine', name }
        },
      }),
    [history, outlook, state],
  )
  return (
    <Panel
      id="timeline"
      title="The last hours"
      aside={<OutlookControls outlook={outlook} extent={timeline.extent} end="now" />}
    >
      <Timeline timeline={timeline} />
    </Panel>
  )
}
