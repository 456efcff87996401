import type { VNode } from 'preact'
import { clip } from '../format/clip.ts'
import { duration } from '../format/duration.ts'
import { dayTime } from '../format/moment.ts'
import { Clipped } from '../parts/clipped.tsx'
import { More } from '../parts/more.tsx'
import { endOf } from './bar-layout.ts'
import { timeSpent } from './bar-words.ts'
import { doingKinds, doings } from './doing.ts'
import type { TimelineState } from './timeline-state.ts'

/** What the bars show, for reading: the machines of the window, the newest first. */
export function BarsTable({ timeline }: { readonly timeline: TimelineState }): VNode {
  const { fromAt, toAt } = timeline.window.value
  const now = timeline.now.value
  const machines = timeline.history.value.machines
    .filter((bar) => bar.fromAt <= toAt && endOf(bar) >= fromAt)
    .sort((one, other) => other.fromAt - one.fromAt)
  return (
    <More items={machines} first={50} what="machines">
      {(shown, button) => (
        <>
          <div class="scrolls">
            <table>
              <caption class="unseen">
                Machines from {dayTime(fromAt)} to {dayTime(toAt)}, and how long they did what
              </caption>
              <thead>
                <tr>
                  <th scope="col">Machine</th>
                  <th scope="col">Pool</th>
                  <th scope="col">From</th>
                  <th scope="col">To</th>
                  {doingKinds.map((kind) => (
                    <th key={kind} scope="col" class="number">
                      {doings[kind].word}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {shown.map((bar) => {
                  const spent = timeSpent(bar, now)
                  return (
                    <tr key={bar.name}>
                      <th scope="row">
                        <button type="button" class="link" onClick={() => timeline.open(bar.name)}>
                          {clip(bar.name, 48).shown}
                        </button>
                      </th>
                      <td>
                        <Clipped text={bar.pool} most={24} />
                      </td>
                      <td>{dayTime(bar.fromAt)}</td>
                      <td>{bar.toAt === undefined ? 'now' : dayTime(bar.toAt)}</td>
                      {doingKinds.map((kind) => (
                        <td key={kind} class="number">
                          {spent.has(kind) ? duration(spent.get(kind)!) : '–'}
                        </td>
                      ))}
                    </tr>
                  )
                })}
              </tbody>
            </table>
          </div>
          {button}
        </>
      )}
    </More>
  )
}
