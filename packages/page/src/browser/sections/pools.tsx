import type { PoolStatus, StatusView } from '@woodpeckers/autoscaler-observer'
import type { VNode } from 'preact'
import { duration } from '../format/duration.ts'
import { money } from '../format/money.ts'
import { Badge } from '../parts/badge.tsx'
import { Clipped } from '../parts/clipped.tsx'
import { OrderButton } from '../parts/order-button.tsx'
import { Empty, Panel } from '../parts/panel.tsx'
import { MachineTable } from './machine-table.tsx'
import { SlotMeter } from './slot-meter.tsx'

/** Each pool with its machines. */
export function Pools({ status }: { readonly status: StatusView }): VNode {
  return (
    <Panel
      id="pools"
      title="Pools"
      aside={
        status.orders.paused !== 'all' &&
        status.pools.length > 1 && (
          <OrderButton
            order={{ verb: 'pause', subject: 'all', isTakenBack: false }}
            word="Pause all"
            about="pools"
            question="Nothing is launched and nothing is ended then."
          />
        )
      }
    >
      {status.pools.length === 0 ? (
        <Empty>Each pool will be here with its machines: their age, state, cost, and what they run.</Empty>
      ) : (
        status.pools.map((pool) => <Pool key={pool.id} pool={pool} at={status.at} />)
      )}
    </Panel>
  )
}

function Pool({ pool, at }: { readonly pool: PoolStatus; readonly at: number }) {
  const { id, machines, min, max, demand, hourlyCost, costToday, asOf } = pool
  const most = Number.isFinite(max) && max !== null ? max.toLocaleString('en') : 'any number'
  return (
    <section class="pool" aria-label={`Pool ${id.slice(0, 60)}`}>
      <header>
        <h3>
          <Clipped text={id} most={40} />
        </h3>
        {pool.isPaused && <Badge kind="order">paused</Badge>}
        {pool.isDraining && <Badge kind="order">draining</Badge>}
        <SlotMeter pool={pool} />
        <p class="pool-numbers">
          <span>
            {machines.length.toLocaleString('en')} of {most} machines{min > 0 && `, at least ${min}`}
          </span>
          <span>{demand.toLocaleString('en')} wanted</span>
          <span>{money(hourlyCost)} an hour</span>
          <span>{money(costToday)} today</span>
          {asOf !== undefined && <span>as it was {duration(at - asOf)} ago</span>}
        </p>
        {!pool.isPaused && (
          <OrderButton
            order={{ verb: 'pause', subject: id, isTakenBack: false }}
            word="Pause"
            about={id.slice(0, 60)}
          />
        )}
      </header>
      {machines.length === 0 ? (
        <Empty>No machine now. One is made as soon as a task wants it.</Empty>
      ) : (
        <MachineTable machines={machines} at={at} pool={id} />
      )}
    </section>
  )
}
