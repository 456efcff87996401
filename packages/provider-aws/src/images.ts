import type { Clock } from '@woodpeckers/autoscaler-core'
import { Rejected } from '@woodpeckers/autoscaler-core'
import type { ChoiceApi } from './api.ts'
import { type Architecture, architectureOf } from './architecture.ts'

/** What a machine is made of. */
export interface ResolvedImage {
  readonly id: string
  readonly name: string
  /** Its first disk, as it calls it; sizes are set by this name. */
  readonly rootDevice: string
  /** What that disk has at least. */
  readonly rootGib: number | undefined
  /** Its other disks that would stay, and be billed, when a machine is terminated. */
  readonly stayingDisks: readonly string[]
}

/** Its publishers say where: Canonical, Debian, AWS and SUSE keep the id of their latest image there. */
function parameterOf(reference: string, architecture: Architecture): string | undefined {
  const go = architecture === 'arm64' ? 'arm64' : 'amd64'
  const [, ubuntu] = /^ubuntu-(\d\d\.\d\d)-server$/.exec(reference) ?? []
  if (ubuntu) {
    // The kind of disk is a part of the path, and another one since 24.04.
    const disk = Number(ubuntu) >= 24 ? 'ebs-gp3' : 'ebs-gp2'
    return `/aws/service/canonical/ubuntu/server/${ubuntu}/stable/current/${go}/hvm/${disk}/ami-id`
  }
  const [, debian] = /^debian-(\d+)$/.exec(reference) ?? []
  if (debian) return `/aws/service/debian/release/${debian}/latest/${go}`
  if (reference === 'amazon') {
    return `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${architecture}`
  }
  if (reference === 'suse') return `/aws/service/suse/sles/15-sp6/${architecture}/latest`
  return reference.startsWith('/') ? reference : undefined
}

/** Latest images change, but not within a burst of launches. */
const KEPT_MS = 3_600_000

/** Finds images of one reference, and remembers them for an hour. */
export class Images {
  readonly #reference: string
  readonly #clock: Clock
  readonly #found = new Map<string, { readonly image: ResolvedImage; readonly at: number }>()

  constructor(reference: string, clock: Clock) {
    this.#reference = reference
    this.#clock = clock
  }

  /**
   * The image for a machine type, in the region of `api`.
   *
   * @throws Rejected where there is none, or where it is of another architecture
   */
  async find(
    api: ChoiceApi & { readonly region: string },
    instanceType: string,
    signal: AbortSignal,
  ): Promise<ResolvedImage> {
    const architecture = architectureOf(instanceType)
    const key = `${api.region} ${architecture}`
    const found = this.#found.get(key)
    if (found && this.#clock.monotonic() - found.at < KEPT_MS) return found.image
    const image = await this.#look(api, architecture, signal)
    this.#found.set(key, { image, at: this.#clock.monotonic() })
    return image
  }

  /** What was found may be gone: the next machine's is looked up anew. */
  forget(): void {
    this.#found.clear()
  }

  async #look(
    api: ChoiceApi & { readonly region: string },
    architecture: Architecture,
    signal: AbortSignal,
  ): Promise<ResolvedImage> {
    const path = parameterOf(this.#reference, architecture)
    const id = path === undefined ? this.#reference : await api.parameter(path, signal)
    if (id === undefined) throw new Rejected(`${this.#named(api.region)}: there is no SSM parameter ${path}`)
    const image = await api.image(id, signal)
    if (!image?.ImageId) throw new Rejected(`${this.#named(api.region)}: there is no image ${id}`)
    if (image.Architecture !== undefined && image.Architecture !== architecture) {
      throw new Rejected(
        `${this.#named(api.region)}: the image ${id} is for ${image.Architecture}, the machine type for ${architecture}`,
      )
    }
    const rootDevice = image.RootDeviceName ?? '/dev/sda1'
    const root = image.BlockDeviceMappings?.find(({ DeviceName }) => DeviceName === rootDevice)
    const others = image.BlockDeviceMappings?.filter(({ DeviceName }) => DeviceName !== rootDevice) ?? []
    const stayingDisks = others.flatMap(({ DeviceName, Ebs }) =>
      DeviceName !== undefined && Ebs?.DeleteOnTermination === false ? [DeviceName] : [],
    )
    const rootGib = root?.Ebs?.VolumeSize
    return { id: image.ImageId, name: image.Name ?? id, rootDevice, rootGib, stayingDisks }
  }

  #named(region: string): string {
    return `--aws-ami-id (WOODPECKER_AWS_AMI_ID) is "${this.#reference}", in ${region}`
  }
}
