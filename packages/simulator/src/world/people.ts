import { noOrders, type Orders } from '@woodpeckers/autoscaler-core'
import type { PeopleOrder } from '../scenario/people-orders.ts'
import type { World } from './world.ts'

/** Those who ask for something while it runs; every process is told, and each new one knows of it from its start. */
export class People {
  readonly #world: World
  readonly #given: { readonly order: PeopleOrder; readonly of: string; readonly at: number }[] = []

  constructor(world: World) {
    this.#world = world
  }

  get orders(): Orders {
    const of = (kind: PeopleOrder['kind']): ReadonlySet<string> =>
      new Set(this.#given.filter(({ order }) => order.kind === kind).map((given) => given.of))
    return {
      ...noOrders,
      paused: of('pause-all').size > 0 ? 'all' : of('pause'),
      drainedPools: of('drain-pool'),
      drained: of('drain'),
      replaced: of('replace'),
      protected: of('protect'),
    }
  }

  /** Since when it has been so without a break; `undefined`: it is not. */
  since(kind: 'pause' | 'protect', of: string): number | undefined {
    const given = this.#given.filter(
      ({ order, of: whose }) =>
        (order.kind === kind && whose === of) || (kind === 'pause' && order.kind === 'pause-all'),
    )
    return given.length === 0 ? undefined : Math.min(...given.map(({ at }) => at))
  }

  /** That the machine goes, or its pool. */
  hasOrdered(pool: string, name: string): boolean {
    return this.#given.some(
      ({ order: { kind }, of }) =>
        (kind === 'drain-pool' && of === pool) || ((kind === 'drain' || kind === 'replace') && of === name),
    )
  }

  get hasAnyOrder(): boolean {
    return this.#given.length > 0
  }

  ask(order: PeopleOrder): void {
    const of = this.#whom(order)
    if (of === undefined) return
    const given = { order, of, at: this.#world.clock.now() }
    this.#given.push(given)
    this.#tell(`${order.kind} ${of}, for ${Math.round(order.forMs / 1000)} s`)
    this.#world.clock.startTimer(order.forMs, () => {
      this.#given.splice(this.#given.indexOf(given), 1)
      this.#tell(`take back: ${order.kind} ${of}`)
    })
  }

  #whom({ kind, pick }: PeopleOrder): string | undefined {
    const { pools } = this.#world
    const names =
      kind === 'drain' || kind === 'replace' || kind === 'protect'
        ? pools.flatMap(({ id }) => this.#world.machinesOf(id).map(({ name }) => name))
        : kind === 'pause-all'
          ? ['everything']
          : pools.map(({ id }) => id)
    return names[Math.floor(pick * names.length)]
  }

  #tell(text: string): void {
    this.#world.timeline.add('people', text)
    for (const process of this.#world.processes) process.order(this.orders)
  }
}
