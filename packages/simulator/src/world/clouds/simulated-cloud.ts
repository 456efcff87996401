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
  /** It is gone at once. */
  vanish(name: string): void
  powerOff(name: string): void
  hide(name: string, forMs: number): void
  failBoots(count: number): void
  /** The next boots take this long. */
  slowBoots(count: number, bootMs: number): void
  /** The next end that is asked for is accepted, and takes so long. */
  stickNextDelete(forMs: number): void
  /** `pick` of 0 to 1: which; the answer puts it on sale again. */
  sellOut(pick: number): () => void
  setQuota(most: number): void
  /** Everything is on sale, boots, and may be had without limit again. */
  mend(): void
}
