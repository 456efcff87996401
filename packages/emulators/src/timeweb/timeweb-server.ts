import type { Inhabitant } from '../cloud/cloud-machine.ts'
import type { TimewebPreset, TimewebSystem } from './catalogue.ts'

/** A server from its order on; it stays in the books after its end. */
export interface TimewebServer {
  readonly id: number
  name: string
  comment: string
  readonly createdAt: number
  status: 'installing' | 'on' | 'off' | 'quarantine' | 'deleted' | (string & {})
  /** None: a size of its own. */
  readonly preset: TimewebPreset | undefined
  readonly size: { readonly cpu: number; readonly ram: number; readonly disk: number }
  readonly system: TimewebSystem | undefined
  readonly imageId: string | undefined
  readonly softwareId: number | undefined
  readonly zone: string
  readonly location: string
  readonly projectId: number | undefined
  readonly sshKeyIds: readonly number[]
  readonly hostname: string | undefined
  /** As it was sent. */
  readonly cloudInit: string
  readonly rootPassword: string
  /** Until when lists miss it. */
  hiddenUntil: number
  endedAt: number | undefined
  inhabitant: Inhabitant | undefined
}

/** What an order says once it has been checked. */
export type TimewebOrder = Pick<
  TimewebServer,
  | 'name'
  | 'comment'
  | 'preset'
  | 'size'
  | 'system'
  | 'imageId'
  | 'softwareId'
  | 'zone'
  | 'location'
  | 'projectId'
  | 'sshKeyIds'
  | 'hostname'
  | 'cloudInit'
> & { readonly wantsAddress: boolean }

/** A public address, which outlives its server and is billed on. */
export interface TimewebFloatingIp {
  readonly id: string
  readonly ip: string
  readonly zone: string
  comment: string
  serverId: number | undefined
}
