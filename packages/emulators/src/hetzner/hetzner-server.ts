import type { Inhabitant } from '../cloud/cloud-machine.ts'
import type { HetznerImage, HetznerLocation, HetznerServerType } from './project.ts'

/** A server from its order on; it stays in the books after its end. */
export interface HetznerServer {
  readonly id: number
  name: string
  labels: Readonly<Record<string, string>>
  readonly createdAt: number
  status: 'initializing' | 'running' | 'off' | 'deleting' | 'deleted'
  readonly type: HetznerServerType
  readonly location: HetznerLocation
  readonly image: HetznerImage
  /** As it was sent. */
  readonly userData: string
  readonly hasIpv4: boolean
  readonly hasIpv6: boolean
  readonly networks: readonly number[]
  readonly firewalls: readonly number[]
  readonly placementGroup: number | undefined
  /** Someone has put it under protection: it cannot be deleted. */
  isProtected: boolean
  /** Until when lists miss it. */
  hiddenUntil: number
  deletedAt: number | undefined
  inhabitant: Inhabitant | undefined
}

/** What an order may say; all but the name, type and image may be left out. */
export interface ServerOrder {
  readonly name: string
  readonly type: HetznerServerType
  readonly location: HetznerLocation
  readonly image: HetznerImage
  readonly labels?: Readonly<Record<string, string>>
  readonly userData?: string
  readonly hasIpv4?: boolean
  readonly hasIpv6?: boolean
  readonly networks?: readonly number[]
  readonly firewalls?: readonly number[]
  readonly placementGroup?: number | undefined
}
