import { CONFIGURATOR } from './catalogue.ts'
import type { EmulatedTimeweb } from './emulated-timeweb.ts'
import { badRequest } from './timeweb-refusal.ts'
import type { TimewebOrder } from './timeweb-server.ts'

/** The body of a POST, as the API's document has it. */
interface OrderBody {
  readonly name?: string
  readonly comment?: string
  readonly hostname?: string
  readonly os_id?: number
  readonly image_id?: string
  readonly preset_id?: number
  readonly configuration?: {
    readonly configurator_id: number
    readonly cpu: number
    readonly ram: number
    readonly disk: number
  }
  readonly availability_zone?: string
  readonly ssh_keys_ids?: readonly number[]
  readonly project_id?: number
  readonly software_id?: number
  readonly cloud_init?: string
  readonly network?: { readonly floating_ip?: string }
}

/** Checks an order as Timeweb does, and throws all that is wrong with it. */
export function readOrder(cloud: EmulatedTimeweb, body: OrderBody): TimewebOrder {
  const { catalogue } = cloud.settings
  const wrong: string[] = []
  const must = (isRight: boolean, what: string) => {
    if (!isRight) wrong.push(what)
  }
  const {
    name = '',
    comment = '',
    configuration,
    sshKeyIds,
  } = { ...body, sshKeyIds: body.ssh_keys_ids ?? [] }
  must(name !== '' && name.length <= 255, 'name must be shorter than or equal to 255 characters')
  must(comment.length <= 255, 'comment must be shorter than or equal to 255 characters')
  must((body.os_id === undefined) !== (body.image_id === undefined), 'one of os_id, image_id must be given')
  must(
    (body.preset_id === undefined) !== (configuration === undefined),
    'one of preset_id, configuration must be given',
  )
  const preset = cloud.presets.find(({ id }) => id === body.preset_id)
  const system = catalogue.systems.find(({ id }) => id === body.os_id)
  must(body.preset_id === undefined || preset !== undefined, 'preset_id is not known')
  must(body.os_id === undefined || system !== undefined, 'os_id is not known')
  must(
    body.image_id === undefined || catalogue.images.some(({ id }) => id === body.image_id),
    'image_id is not known',
  )
  must(
    configuration === undefined || configuration.configurator_id === CONFIGURATOR.id,
    'configurator_id is not known',
  )
  must(
    sshKeyIds.every((key) => catalogue.sshKeys.some(({ id }) => id === key)),
    'ssh_keys_ids has an unknown key',
  )
  must(isKnown(body.project_id, catalogue.projects), 'project_id is not known')
  must(isKnown(body.software_id, catalogue.software), 'software_id is not known')
  const location = preset?.location ?? CONFIGURATOR.location
  const zone = body.availability_zone ?? cloud.zoneOf(location)
  must(
    catalogue.locations.some((one) => one.location === location && one.zones.includes(zone)),
    'availability_zone does not belong to the location',
  )
  const size = preset ?? configuration
  if (wrong.length > 0 || !size) throw badRequest(...wrong)
  return {
    name,
    comment,
    preset,
    size,
    system,
    imageId: body.image_id,
    softwareId: body.software_id,
    zone,
    location,
    projectId: body.project_id,
    sshKeyIds,
    hostname: body.hostname,
    cloudInit: body.cloud_init ?? '',
    wantsAddress: body.network?.floating_ip === 'create_ip',
  }
}

function isKnown(id: number | undefined, things: readonly { readonly id: number }[]): boolean {
  return id === undefined || things.some((thing) => thing.id === id)
}
