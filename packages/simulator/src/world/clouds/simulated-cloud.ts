import type { Provider, ProviderContext } from '@woodpeckers/autoscaler-core'
import type { InProcessFetch } from '@woodpeckers/autoscaler-emulators'

/** A machine as the world knows it, whatever the cloud's lists say. */
export interface CloudMachineView {
  readonly name: string
  readonly createdAt: number
  /** It is there and paid for; an end that was accepted, and takes its time, counts as gone. */
  readonly isThere: boolean
}

/** An emulated cloud, seen by the world: what it can do to it, and what is true. */
export interface SimulatedCloud {
  readonly fetch: InProcessFetch
  openProvider(
    context: Omit<ProviderContext<unknown>, 'options'> & { readonly options: object },
    fetch: InProcessFetch,
  ): Promise<Provider>
  /** Every machine that ever was, in the order they were made. */
  books(): readonly CloudMachineView[]
  /** Names of machines that somebody else made. */
  plantForeign(name: string): void
  /** It is gone at once; lists may show it a while longer. */
  vanish(name: string, listedForMs?: number): void
  powerOff(name: string): void
  hide(name: string, forMs: number): void
  failBoots(count: number): void
  /** The next boots take this long. */
  slowBoots(count: number, bootMs: number): void
  /** The next machines are said to be starting for so long, and boot then. */
  slowStarts(count: number, startMs: number): void
  /** One of its machine types is refused, by its place in the order of preference and in one of several ways; the answer ends that. */
  refuse(type: number, how: number): () => void
  /** Which of its machine types it is, by its place in the order of preference. */
  typeOf(offering: string): number
  /** Public addresses that are there and paid for without a server: only where a cloud has such. */
  addressesLeft(): readonly { readonly id: string; readonly ip: string }[]
  /** The next end that is asked for is accepted, and takes so long. */
  stickNextDelete(forMs: number): void
  /** `pick` of 0 to 1: which; the answer puts it on sale again. */
  sellOut(pick: number): () => void
  setQuota(most: number): void
  /** Everything is on sale, boots, and may be had without limit again. */
  mend(): void
}
