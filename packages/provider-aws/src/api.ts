import type {
  Filter,
  Image,
  Instance,
  InstanceTypeInfo,
  RunInstancesCommandInput,
  SpotInstanceRequest,
} from '@aws-sdk/client-ec2'
import type { Money } from '@woodpeckers/autoscaler-core'

/** A call's own signal goes to every request. */
type Signal = AbortSignal

/** Machines of one region. Lists hold every page. */
export interface InstanceApi {
  /** One machine; the same ClientToken answers with the same machine again. */
  runInstance(input: RunInstancesCommandInput, signal: Signal): Promise<Instance>
  /** Whether it would be allowed; makes nothing. Rejects with `AuthError` if not. */
  mayRunInstance(input: RunInstancesCommandInput, signal: Signal): Promise<void>
  /** Those that have ended stay visible for an hour: filter by state. `onSend`: called when a request goes out. */
  instances(filters: readonly Filter[], signal: Signal, onSend?: () => void): Promise<readonly Instance[]>
  /** By ids; those that there are not are left out. */
  instancesById(ids: readonly string[], signal: Signal): Promise<readonly Instance[]>
  terminateInstance(id: string, signal: Signal): Promise<void>
  startInstance(id: string, signal: Signal): Promise<void>
  /** `force`: as if its plug were pulled, for one that hangs in `stopping`. */
  stopInstance(id: string, force: boolean, signal: Signal): Promise<void>
  /** What AWS has of what it wrote to its console; `undefined`: nothing yet. */
  consoleOutput(id: string, signal: Signal): Promise<string | undefined>
  /** Spot machines that AWS is about to take back. */
  interruptedSpotRequests(ids: readonly string[], signal: Signal): Promise<readonly SpotInstanceRequest[]>
}

/** An hour of a spot machine now, by type and zone. */
export type SpotPrices = ReadonlyMap<string, ReadonlyMap<string, Money>>

/** What there is to choose from in one region. */
export interface ChoiceApi {
  image(id: string, signal: Signal): Promise<Image | undefined>
  /** Of SSM; `undefined`: there is no such parameter. */
  parameter(path: string, signal: Signal): Promise<string | undefined>
  /** All of the current generation where no names are given. Names that the region lacks are left out. */
  instanceTypes(names: readonly string[], signal: Signal): Promise<readonly InstanceTypeInfo[]>
  /** Zones by machine type. */
  zonesOfTypes(signal: Signal): Promise<ReadonlyMap<string, readonly string[]>>
  /** An hour of each type as an ordinary Linux machine; of all types where none are named. */
  onDemandPrices(types: readonly string[], signal: Signal): Promise<ReadonlyMap<string, Money>>
  spotPrices(types: readonly string[], signal: Signal): Promise<SpotPrices>
}

/**
 * The few calls of EC2 in use, in one region. Each fails with one of the port's errors, after a few tries
 * where trying again is harmless.
 */
export interface Ec2Api extends InstanceApi, ChoiceApi {
  readonly region: string
  close(): void
}
