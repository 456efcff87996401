import type { InstanceTypeInfo } from '@aws-sdk/client-ec2'
import {
  asOutsideError,
  type CatalogueTable,
  type Clock,
  type Log,
  type Money,
  Transient,
  withDeadline,
} from '@woodpeckers/autoscaler-core'
import type { ChoiceApi, SpotPrices } from './api.ts'

type Region = ChoiceApi & { readonly region: string }

/** The table itself may take two minutes. */
const PRICES_DEADLINE_MS = 60_000

/** Machine types of a region. Prices are another service's, with rights of their own: without them the rest is shown. */
export async function machineTypes(
  api: Region,
  { log, clock }: { readonly log: Log; readonly clock: Clock },
  signal: AbortSignal,
): Promise<CatalogueTable> {
  const late = () => new Transient('no answer within 60s')
  const orNone = async <T>(what: string, read: (signal: AbortSignal) => Promise<ReadonlyMap<string, T>>) => {
    try {
      return await withDeadline(clock, PRICES_DEADLINE_MS, signal, late, read)
    } catch (thrown) {
      signal.throwIfAborted()
      log.info({}, `${what} prices of ${api.region} are not shown: ${asOutsideError(thrown).message}`)
      return new Map<string, T>()
    }
  }
  const [types, zones, onDemand, spot] = await Promise.all([
    api.instanceTypes([], signal),
    api.zonesOfTypes(signal),
    orNone('on-demand', (within) => api.onDemandPrices([], within)),
    orNone('spot', (within) => api.spotPrices([], within)),
  ])
  const rows = types.toSorted(bySize).map((type) => {
    const name = String(type.InstanceType)
    return [
      `${name}:${api.region}`,
      String(type.VCpuInfo?.DefaultVCpus ?? ''),
      gib(type),
      (type.ProcessorInfo?.SupportedArchitectures ?? []).filter((word) => word !== 'i386').join(' '),
      priceText(onDemand.get(name)),
      type.SupportedUsageClasses?.includes('spot') ? spotText(spot, name) : 'no',
      (zones.get(name) ?? []).map((zone) => zone.replace(api.region, '')).join(' '),
    ]
  })
  return {
    title: `Machine types in ${api.region}`,
    columns: ['type', 'vCPU', 'memory GiB', 'architecture', 'Linux/h', 'spot/h', 'zones'],
    rows,
  }
}

function priceText(price: Money | undefined): string {
  return price ? `${price.amount.toFixed(4)} ${price.currency}` : 'unknown'
}

/** From the cheapest zone to the dearest. */
function spotText(prices: SpotPrices, type: string): string {
  const zones = [...(prices.get(type)?.values() ?? [])].toSorted((a, b) => a.amount - b.amount)
  const [cheapest, dearest] = [zones[0], zones.at(-1)]
  if (!cheapest || cheapest.amount === dearest?.amount) return priceText(cheapest)
  return `${cheapest.amount.toFixed(4)}–${priceText(dearest)}`
}

function gib({ MemoryInfo }: InstanceTypeInfo): string {
  const mib = MemoryInfo?.SizeInMiB
  return mib === undefined ? '' : String(Math.round((mib / 1024) * 10) / 10)
}

function bySize(a: InstanceTypeInfo, b: InstanceTypeInfo): number {
  const size = ({ VCpuInfo, MemoryInfo }: InstanceTypeInfo) =>
    (VCpuInfo?.DefaultVCpus ?? 0) * 1e9 + (MemoryInfo?.SizeInMiB ?? 0)
  return size(a) - size(b) || String(a.InstanceType).localeCompare(String(b.InstanceType))
}
