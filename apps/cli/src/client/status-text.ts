import type { Money } from '@woodpeckers/autoscaler-core'
import { counted } from '@woodpeckers/autoscaler-core'
import type { MachineStatus, PoolStatus, StatusView, TaskStatus } from '@woodpeckers/autoscaler-observer'
import { age } from '../terminal/age.ts'
import type { Style } from '../terminal/style.ts'
import { renderTable, titledTable } from '../terminal/table.ts'
import { oneText } from './one-text.ts'

const REASONS_SHOWN = 20

/** How things stand, for people. */
export function renderStatus(status: StatusView, style: Style): string {
  const sections = [
    [verdictLine(status, style), factsLine(status)],
    [
      style.title('Pools'),
      ...renderTable(
        status.pools.map((pool) => poolRow(pool, status.at, style)),
        '  ',
      ),
    ],
    titledTable(style.title('Machines'), machineRows(status, style)),
    titledTable(style.title('Waiting'), taskRows(status, style)),
    titledTable(style.title('Held back'), holdRows(status, style)),
    titledTable(style.title('Asked for'), orderRows(status, style)),
  ]
  const texts = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'))
  return `${texts.join('\n\n')}\n`
}

function verdictLine({ verdict: { level, sentence } }: StatusView, style: Style): string {
  const paint = { good: style.good, attention: style.warning, trouble: style.bad }[level]
  return `${paint(level)}: ${oneText(sentence)}`
}

function factsLine({ queue, cost }: StatusView): string {
  const tasks = queue
    ? `queue: ${queue.pending} pending, ${queue.running} running, ${queue.waiting} waiting for others`
    : 'queue: could not be read'
  const money = [
    cost.hourly.length > 0 ? `${sum(cost.hourly)} an hour` : '',
    cost.today.length > 0 ? `${sum(cost.today)} today` : '',
    cost.idleToday.length > 0 ? `${sum(cost.idleToday)} of it idle` : '',
  ].filter((text) => text !== '')
  return [tasks, ...(money.length > 0 ? [`cost: ${money.join(', ')}`] : [])].join('; ')
}

function poolRow(pool: PoolStatus, at: number, style: Style): readonly string[] {
  const { id, min, max, demand, busySlots, freeSlots, bootingSlots, machines, asOf } = pool
  const marks = [
    pool.isPaused ? 'paused' : '',
    pool.isDraining ? 'draining' : '',
    asOf === undefined ? '' : `as it was ${age(asOf, at)} ago`,
  ].filter((text) => text !== '')
  return [
    style.name(id),
    counted(machines.length, 'machine'),
    `min ${min}, max ${max}`,
    `slots: ${demand} wanted, ${busySlots} busy, ${freeSlots} free, ${bootingSlots} booting`,
    pool.hourlyCost.length > 0 ? `${sum(pool.hourlyCost)} an hour` : '',
    style.warning(marks.join(', ')),
  ]
}

function machineRows({ pools, at }: StatusView, style: Style): readonly (readonly string[])[] {
  return pools.flatMap(({ machines }) => machines.map((machine) => machineRow(machine, at, style)))
}

function machineRow(machine: MachineStatus, nowAt: number, style: Style): readonly string[] {
  const { name, state, running, capacity, sinceAt, offering, cost, tasks, order, leaves, hold } = machine
  const why = [leaves, hold].filter((text) => text !== undefined).join('; ')
  return [
    style.name(name),
    stateText(state, style),
    `${running}/${capacity}`,
    sinceAt === undefined ? '' : age(sinceAt, nowAt),
    offering ?? '',
    cost === undefined ? '' : money(cost),
    order === undefined ? '' : style.warning(order),
    tasks.length > 0 ? tasks.map(({ title }) => oneText(title)).join(', ') : style.quiet(oneText(why)),
  ]
}

function stateText(state: MachineStatus['state'], style: Style): string {
  switch (state) {
    case 'busy':
    case 'idle':
      return style.good(state)
    case 'cordoned':
      return style.warning('cordoned by someone else')
    case 'silent':
    case 'lost':
    case 'orphan':
    case 'zombie':
      return style.bad(state)
    default:
      return style.warning(state)
  }
}

function taskRows({ tasks, moreTasks, at }: StatusView, style: Style): readonly (readonly string[])[] {
  const waiting = tasks.filter(({ state }) => state !== 'running')
  const rows = waiting.map(({ title, sinceAt, reason }: TaskStatus) => [
    style.name(oneText(title)),
    sinceAt === undefined ? '' : age(sinceAt, at),
    oneText(reason ?? ''),
  ])
  return moreTasks > 0 ? [...rows, [style.quiet(`and ${counted(moreTasks, 'more task')}`)]] : rows
}

function holdRows({ holds }: StatusView, style: Style): readonly (readonly string[])[] {
  const rows = holds
    .slice(0, REASONS_SHOWN)
    .map(({ pool, because, subject, reason }) => [
      style.warning(because),
      pool === undefined ? 'all pools' : `pool ${pool}`,
      style.name(oneText(subject ?? '')),
      oneText(reason),
    ])
  const more = holds.length - rows.length
  return more > 0 ? [...rows, [style.quiet(`and ${more} more`)]] : rows
}

function orderRows({ orders }: StatusView, style: Style): readonly (readonly string[])[] {
  const { paused, drainedPools, drained, replaced } = orders
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['paused', paused === 'all' ? ['all pools'] : paused.map((pool) => `pool ${pool}`)],
    ['drained', [...drainedPools.map((pool) => `pool ${pool}`), ...drained]],
    ['replaced', replaced],
    ['protected', orders.protected],
  ]
  return rows.flatMap(([what, names]) => (names.length > 0 ? [[style.warning(what), names.join(', ')]] : []))
}

function sum(amounts: readonly Money[]): string {
  return amounts.map(money).join(' + ')
}

function money({ amount, currency }: Money): string {
  return `${amount.toFixed(amount !== 0 && amount < 0.1 ? 4 : 2)} ${currency}`
}
