import type { StatusView } from '@woodpeckers/autoscaler-observer'
import type { VNode } from 'preact'
import { count } from '../format/plural.ts'
import { Badge } from '../parts/badge.tsx'
import { Clipped } from '../parts/clipped.tsx'
import { Empty, Panel } from '../parts/panel.tsx'
import { groupHolds } from './group-holds.ts'
import { Orders } from './orders.tsx'

/** What is not done, and why; and what people have asked for. */
export function Holds({ status }: { readonly status: StatusView }): VNode {
  const groups = groupHolds(status.holds)
  return (
    <Panel
      id="holds"
      title="What holds it back"
      aside={groups.length > 0 && <span class="muted">{count(status.holds.length, 'hold')}</span>}
    >
      <Orders orders={status.orders} />
      {groups.length === 0 ? (
        <Empty>
          Nothing does. A limit that is reached, a cloud that refuses, an agent that may still work: it will
          be said here.
        </Empty>
      ) : (
        <ul class="holds-list">
          {groups.map(({ because, pool, reasons, subjects, count: times }) => (
            <li key={`${because} ${pool}`}>
              <p>
                <Badge kind="hold">{because.replaceAll('-', ' ')}</Badge>{' '}
                {pool !== undefined && (
                  <span class="muted">
                    <Clipped text={pool} most={32} />
                  </span>
                )}
                {times > 1 && <span class="muted"> × {times.toLocaleString('en')}</span>}
              </p>
              <p>
                <Clipped text={reasons[0] ?? ''} most={280} />
              </p>
              {(reasons.length > 1 || subjects.length > 1) && (
                <details>
                  <summary>{count(Math.max(reasons.length, subjects.length), 'case')}</summary>
                  <ul>
                    {(reasons.length > 1 ? reasons : subjects).slice(0, 50).map((each) => (
                      <li key={each}>
                        <Clipped text={each} most={200} />
                      </li>
                    ))}
                  </ul>
                </details>
              )}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
