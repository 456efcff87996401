import { Rejected } from '@woodpeckers/autoscaler-core'
import type { WireConfigurator } from './api/wire.ts'
import { choose } from './choose.ts'
import type { Configuration } from './configuration.ts'

const FLAG = '--timewebcloud-configuration'

/** The configurator that is named, or the first of the place that allows the size. */
export function chooseConfigurator(
  wanted: Configuration,
  location: string | undefined,
  all: readonly WireConfigurator[],
): WireConfigurator {
  const ofPlace = all.filter((one) => location === undefined || one.location === location)
  const allowed =
    wanted.configurator === undefined
      ? ofPlace
      : [
          choose(
            FLAG,
            wanted.configurator,
            ofPlace.map((one) => ({ id: one.id, names: [], value: one })),
          ),
        ]
  const fitting = allowed.find((one) => fits(wanted, one))
  if (fitting) return fitting
  const ranges = allowed.map(rangesOf).join('; ')
  throw new Rejected(`${FLAG}: no configurator allows it; there is ${ranges || 'none in that zone'}`)
}

function fits({ cpu, ramMb, diskMb, gpu = 0 }: Configuration, { requirements }: WireConfigurator): boolean {
  const { cpu_min, cpu_max, cpu_step, ram_min, ram_max, ram_step, disk_min, disk_max, disk_step, gpu_max } =
    requirements
  return (
    isWithin(cpu, cpu_min, cpu_max, cpu_step) &&
    isWithin(ramMb, ram_min, ram_max, ram_step) &&
    isWithin(diskMb, disk_min, disk_max, disk_step) &&
    gpu <= (gpu_max ?? 0)
  )
}

function isWithin(value: number, least: number, most: number, step: number): boolean {
  return value >= least && value <= most && (step <= 0 || (value - least) % step === 0)
}

function rangesOf({ id, location, requirements: r }: WireConfigurator): string {
  const range = (least: number, most: number, step: number) => `${least}–${most} in steps of ${step}`
  return `${id} (${location}: cpu ${range(r.cpu_min, r.cpu_max, r.cpu_step)}, ram ${range(r.ram_min, r.ram_max, r.ram_step)} MB, disk ${range(r.disk_min, r.disk_max, r.disk_step)} MB)`
}
