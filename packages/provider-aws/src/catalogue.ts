import type { InstanceTypeInfo } from '@aws-sdk/client-ec2'
import type { CatalogueTable } from '@woodpeckers/autoscaler-core'
import type { ChoiceApi } from './api.ts'

/** Machine types of a region. No prices: those are another service's, with rights of their own. */
export async function machineTypes(
  api: ChoiceApi & { readonly region: string },
  signal: AbortSignal,
): Promise<CatalogueTable> {
  const [types, zones] = await Promise.all([api.instanceTypes([], signal), api.zonesOfTypes(signal)])
  const rows = types.toSorted(bySize).map((type) => {
    const name = String(type.InstanceType)
    return [
      `${name}:${api.region}`,
      String(type.VCpuInfo?.DefaultVCpus ?? ''),
      gib(type),
      (type.ProcessorInfo?.SupportedArchitectures ?? []).filter((word) => word !== 'i386').join(' '),
      type.SupportedUsageClasses?.includes('spot') ? 'yes' : 'no',
      (zones.get(name) ?? []).map((zone) => zone.replace(api.region, '')).join(' '),
    ]
  })
  return {
    title: `Machine types in ${api.region}`,
    columns: ['type', 'vCPU', 'memory GiB', 'architecture', 'spot', 'zones'],
    rows,
  }
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
