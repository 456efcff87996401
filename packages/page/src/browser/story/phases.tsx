import type { MachineBar } from '@woodpeckers/autoscaler-observer'
import type { VNode } from 'preact'
import { preciseDuration } from '../format/duration.ts'
import { clockTime, dayTime } from '../format/moment.ts'
import { More } from '../parts/more.tsx'
import { phaseSpans } from '../timeline/bar-search.ts'
import { doings } from '../timeline/doing.ts'

/** A machine's life as a strip, and each phase with its times, the newest first. */
export function Phases({ bar, now }: { readonly bar: MachineBar; readonly now: number }): VNode {
  const spans = phaseSpans(bar, now)
  const end = bar.toAt ?? now
  const share = (ms: number): number => (ms / Math.max(end - bar.fromAt, 1)) * 1000
  return (
    <>
      <h3>What it did</h3>
      <svg class="life" viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true">
        {spans.map(({ doing, fromAt, toAt }) => {
          const height = 20 * doings[doing].height
          return (
            <rect
              key={fromAt}
              class={doing}
              x={share(fromAt - bar.fromAt)}
              y={10 - height / 2}
              width={share(toAt - fromAt)}
              height={height}
            />
          )
        })}
      </svg>
      <p class="life-ends muted">
        <span>{dayTime(bar.fromAt)}</span>
        <span>{bar.toAt === undefined ? 'now' : dayTime(bar.toAt)}</span>
      </p>
      <More items={spans.toReversed()} first={8} what="phases">
        {(shown, button) => (
          <>
            <table>
              <thead>
                <tr>
                  <th scope="col">Phase</th>
                  <th scope="col">From</th>
                  <th scope="col">To</th>
                  <th scope="col" class="number">
                    Lasted
                  </th>
                </tr>
              </thead>
              <tbody>
                {shown.map(({ doing, fromAt, toAt, isOpen }) => (
                  <tr key={fromAt}>
                    <th scope="row">
                      <i class={`swatch ${doing}`} aria-hidden="true" /> {doings[doing].word}
                    </th>
                    <td>{clockTime(fromAt)}</td>
                    <td>{isOpen ? 'now' : clockTime(toAt)}</td>
                    <td class="number">{preciseDuration(toAt - fromAt)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            {button}
          </>
        )}
      </More>
    </>
  )
}
