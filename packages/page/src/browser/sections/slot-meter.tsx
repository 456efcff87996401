import type { PoolStatus } from '@woodpeckers/autoscaler-observer'
import type { VNode } from 'preact'

/** How the slots of a pool are used, as a bar of fixed length, with the numbers in words. */
export function SlotMeter({ pool }: { readonly pool: PoolStatus }): VNode {
  const { busySlots, freeSlots, bootingSlots } = pool
  const all = busySlots + freeSlots + bootingSlots
  const words = `${busySlots} busy, ${freeSlots} idle, ${bootingSlots} booting`
  const share = (slots: number): number => (all === 0 ? 0 : (slots / all) * 100)
  return (
    <div class="slot-meter">
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <rect class="none" width="100" height="8" />
        <rect class="busy" width={share(busySlots)} height="8" />
        <rect class="idle" x={share(busySlots)} width={share(freeSlots)} height="8" />
        <rect class="booting" x={share(busySlots + freeSlots)} width={share(bootingSlots)} height="8" />
      </svg>
      <span>{words}</span>
    </div>
  )
}
